import { describe, expect, test } from 'vitest';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readResource } from '../../lib/directory/resources.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import {
  addGroup,
  addUser,
  breakingStore,
  cutEverywhere,
  type Directory,
  intercept,
  openDirectory,
} from '../directory/directory.ts';
import { deliver, leave, records, refusing, runs, total, waiting } from './delivery.ts';

/** A few changes of two containers, refusals, and what is left when nothing changes. */
async function populate(directory: Directory): Promise<number> {
  const { scope } = directory;
  const users = [await addUser(scope, 'one'), await addUser(scope, 'two'), await addUser(scope, 'three')];
  await addGroup(scope, 'group', users);
  const stored = await readResource(scope, userType, users[0] ?? '');
  if (stored) await deleteFromDirectory(scope, userType, { stored, graceDays: 30 });
  await leave(directory, { operation: 'hold', resourceType: 'Account', outcome: 'noGroup' });
  await leave(directory, { credential: 'management' });
  const refusal = { container: 'audit', outcome: 'refused', error: 'uniqueness', detail: 'Taken' } as const;
  await leave(directory, refusal);
  await leave(directory, { ...refusal, credential: 'other' });
  return (await waiting(directory)).length;
}

describe('the delivery of records', { timeout: 120_000 }, () => {
  test.each(['information', 'warning'] as const)(
    'cut off anywhere and repeated counts each record once, and keeps what level %s keeps',
    async (level) => {
      let whole: unknown;
      await cutEverywhere(async (cut) => {
        await using directory = openDirectory({ auditLevel: level });
        const left = await populate(directory);
        const { store, broke } = breakingStore(directory.scope.store, cut);
        const outcome = await deliver(directory, { store }).then(
          () => 'whole',
          () => 'failed',
        );
        expect(outcome).toBe(broke() ? 'failed' : 'whole');
        directory.clock.time += 61_000;
        await deliver(directory);
        await deliver(directory);
        expect(await waiting(directory)).toEqual([]);
        const counted = (await runs(directory)).map((run) => `${run.credential} ${total(run)}`);
        const kept = (await records(directory)).length;
        expect({ counted: counted.sort(), kept }).toEqual({
          counted: [`key ${left - 2}`, 'other 1'],
          kept: level === 'warning' ? 4 : left,
        });
        const contents = (await runs(directory)).map(({ counts, refused }) => ({ counts, refused }));
        whole ??= contents;
        expect(contents).toEqual(whole);
        return broke();
      });
    },
  );

  test('by several instances at once counts each once', async () => {
    await using directory = openDirectory();
    const { scope } = directory;
    for (let number = 0; number < 300; number += 1) {
      await leave(directory, { container: (['users', 'groups', 'audit'] as const)[number % 3] ?? 'users' });
    }
    // So that the instances meet in every step.
    const slow = intercept(scope.store, async (partition, changes) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return scope.store.commit(partition, changes);
    });
    await Promise.all(Array.from({ length: 4 }, () => deliver(directory, { store: slow })));
    expect(await waiting(directory)).toEqual([]);
    expect(await records(directory)).toHaveLength(300);
    expect((await runs(directory)).map(total)).toEqual([300]);
  });

  test('drains all that there is in one run of the timer', async () => {
    await using directory = openDirectory();
    for (let number = 0; number < 1_100; number += 1) await leave(directory);
    await deliver(directory);
    expect(await waiting(directory)).toEqual([]);
    expect((await runs(directory)).map(total)).toEqual([1_100]);
  });

  test('ends when its time is over, and the next run of the timer goes on', async () => {
    await using directory = openDirectory();
    for (let number = 0; number < 600; number += 1) await leave(directory);
    const { clock, scope } = directory;
    clock.time += 1_800_000;
    const slow = intercept(scope.store, async (partition, changes) => {
      clock.time += 10_000;
      return scope.store.commit(partition, changes);
    });
    await deliver(directory, { store: slow });
    const left = (await waiting(directory)).length;
    expect(left).toBe(100);
    expect((await runs(directory)).map(({ state }) => state)).toEqual(['open']);
    await deliver(directory);
    expect(await waiting(directory)).toEqual([]);
  });

  test('of one tenant that fails keeps no other from being served', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    // More than one read takes, and the earliest.
    for (let number = 0; number < 501; number += 1) await leave(directory, { tenantId: 'broken' });
    clock.time += 1_000;
    await leave(directory);
    let isBroken = true;
    const store = intercept(scope.store, async (partition, changes) => {
      if (isBroken && partition.container === 'audit' && partition.tenantId === 'broken')
        throw new TypeError('A defect');
      return scope.store.commit(partition, changes);
    });
    await expect(deliver(directory, { store })).rejects.toThrow(AggregateError);
    expect(await records(directory)).toHaveLength(1);
    isBroken = false;
    clock.time += 61_000;
    await deliver(directory, { store });
    expect(await waiting(directory)).toEqual([]);
    const query = { container: 'users', tenantId: 'broken', kind: 'record', limit: 1_000 } as const;
    const due = (await scope.store.query(query)).documents.map(({ document }) => document.due);
    expect(due).toEqual(Array.from({ length: 501 }, () => undefined));
  });

  test('of a tenant whose partition takes no writes leaves its records due', async () => {
    await using directory = openDirectory();
    const { scope } = directory;
    await leave(directory, { tenantId: 'throttled' });
    await leave(directory);
    const store = refusing(scope.store, ['throttled']);
    await expect(deliver(directory, { store })).rejects.toThrow(AggregateError);
    expect(await records(directory)).toHaveLength(1);
    await deliver(directory);
    const query = { container: 'users', tenantId: 'throttled', kind: 'record', limit: 10 } as const;
    const [stored] = (await scope.store.query(query)).documents;
    expect(stored?.document).not.toHaveProperty('due');
  });

  test('of a tenant that was removed keeps nothing', async () => {
    await using directory = openDirectory();
    for (const container of ['users', 'groups', 'audit'] as const) await leave(directory, { container });
    await deliver(directory, { daysOf: async () => undefined });
    expect(await waiting(directory)).toEqual([]);
    expect([await records(directory), await runs(directory)]).toEqual([[], []]);
  });

  test('waits for accounts that cannot be settled, and only of the users concerned', async () => {
    await using directory = openDirectory();
    const { clock } = directory;
    await leave(directory, { resourceType: 'User', resource: 'ill', requestId: 'a' });
    await leave(directory, { resourceType: 'User', resource: 'well', requestId: 'b' });
    await leave(directory, { container: 'groups', resourceType: 'Group', resource: 'g', users: ['ill'] });
    const settle = async (_: unknown, users: readonly string[]) => {
      if (users.includes('ill')) throw new Error('Cannot be settled');
    };
    await expect(deliver(directory, { settle })).rejects.toThrow(AggregateError);
    expect((await records(directory)).map(({ resource }) => resource)).toEqual(['well']);
    clock.time += 61_000;
    await deliver(directory);
    expect(await records(directory)).toHaveLength(3);
  });

  test('settles each user once, on behalf of the last request that concerned it', async () => {
    await using directory = openDirectory();
    const settled: unknown[] = [];
    await leave(directory, { resourceType: 'User', resource: 'u', requestId: 'first' });
    directory.clock.time += 1;
    await leave(directory, {
      container: 'groups',
      resourceType: 'Group',
      resource: 'g',
      users: ['u', 'v'],
      requestId: 'second',
    });
    await leave(directory, { container: 'audit', resourceType: 'User', resource: 'w', outcome: 'refused' });
    await deliver(directory, { settle: async (cause, users) => void settled.push({ ...cause, users }) });
    expect(settled).toEqual([
      { tenantId: 'tenant', credential: 'key', requestId: 'second', users: ['u', 'v'] },
    ]);
  });
});

describe('a record', () => {
  test('tells who acted and what changed, and holds no values', async () => {
    await using directory = openDirectory();
    const id = await addUser(directory.scope, 'secret.name');
    await deliver(directory, { policy: { audit: { days: 7 } } });
    const [record] = await records(directory);
    expect(record).toEqual({
      id: expect.stringMatching(/^record:\d{13}:/),
      ...{ tenantId: 'tenant', kind: 'record', at: '2030-01-01T00:00:00.000Z' },
      ...{ operation: 'create', resourceType: 'User', resource: id, outcome: 'done' },
      ...{ attributes: ['userName'], fired: [], credential: 'key', requestId: 'request' },
      run: (await runs(directory))[0]?.id,
      expires: Date.UTC(2030, 0, 8),
    });
    expect(JSON.stringify(record)).not.toContain('secret.name');
  });

  test('is found in the order of time, the newest first', async () => {
    await using directory = openDirectory();
    const { clock } = directory;
    for (const resource of ['first', 'second', 'third']) {
      await leave(directory, { resource, container: resource === 'second' ? 'groups' : 'users' });
      clock.time += 1;
    }
    await deliver(directory);
    expect((await records(directory)).map(({ resource }) => resource)).toEqual(['third', 'second', 'first']);
  });

  const cases = [
    ['a change', {}, ['information', 'debug']],
    [
      'an account that is activated',
      { resourceType: 'Account', operation: 'activate' },
      ['information', 'debug'],
    ],
    [
      'an account that is held',
      { resourceType: 'Account', operation: 'hold', outcome: 'noGroup' },
      ['warning', 'information', 'debug'],
    ],
    ['a refusal', { container: 'audit', outcome: 'refused' }, ['warning', 'information', 'debug']],
    ['a failure', { container: 'audit', outcome: 'failed' }, ['warning', 'information', 'debug']],
    ['an act of an operator', { credential: 'management' }, ['warning', 'information', 'debug']],
    ['an act of an operator who signs in', { credential: 'entra:5f0c' }, ['warning', 'information', 'debug']],
  ] as const;
  test.each(cases)('of %s is kept at the levels that ask for it', async (_, facts, levels) => {
    for (const level of ['warning', 'information', 'debug'] as const) {
      await using directory = openDirectory({ auditLevel: level });
      await leave(directory, facts);
      await deliver(directory);
      const isKept = (levels as readonly string[]).includes(level);
      expect({ level, kept: await records(directory) }).toMatchObject({ level, kept: isKept ? [{}] : [] });
      expect(await waiting(directory)).toEqual([]);
      const isOperators = 'credential' in facts;
      expect((await runs(directory)).map(total)).toEqual(isOperators ? [] : [1]);
    }
  });
});
