import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliverTenant } from '../../lib/audit/deliver-tenant.ts';
import type { DueRecord } from '../../lib/audit/record.ts';
import { runGap } from '../../lib/audit/run.ts';
import { mailKind } from '../../lib/mail/mail-document.ts';
import { breakingStore, cutEverywhere, type Directory, openDirectory } from '../directory/directory.ts';
import { deliver, leave, records, runs, total } from './delivery.ts';

const minute = 60_000;
const taken = {
  container: 'audit',
  outcome: 'refused',
  error: 'uniqueness',
  detail: 'userName is taken',
} as const;
const reporting = { notifications: { failures: true } };

/** Lets time pass as the timer does, which comes by every minute. */
async function pass(directory: Directory, minutes: number, delivering = {}): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 1) {
    directory.clock.time += minute;
    await deliver(directory, delivering);
  }
}

const times = async (directory: Directory) => {
  const start = Date.UTC(2030, 0, 1);
  const found = await runs(directory);
  return found
    .map(({ state, started, seen }) => [state, (started - start) / minute, (seen - start) / minute])
    .reverse();
};

describe('a sync run', () => {
  test('goes on while gaps are under ten minutes, and is closed ten minutes after its last record', async () => {
    await using directory = openDirectory();
    for (const gap of [0, 9, 9, 10]) {
      await pass(directory, gap);
      await leave(directory);
    }
    await pass(directory, 9);
    expect(await times(directory)).toEqual([
      ['closed', 0, 18],
      ['open', 28, 28],
    ]);
    await pass(directory, 1);
    expect(await times(directory)).toEqual([
      ['closed', 0, 18],
      ['closed', 28, 28],
    ]);
    const { kind: _, ...run } = (await runs(directory))[0] ?? {};
    expect(run).not.toHaveProperty('due');
  });

  test('counts what came of its requests, and tells the first refusals that differ', async () => {
    await using directory = openDirectory();
    for (const operation of ['create', 'create', 'replace', 'modify', 'delete']) {
      await leave(directory, { operation, resourceType: 'User' });
    }
    for (const outcome of ['noGroup', 'noLicence', 'noLicence']) {
      await leave(directory, { operation: 'hold', resourceType: 'Account', outcome });
    }
    await leave(directory, { operation: 'activate', resourceType: 'Account' });
    await leave(directory, { ...taken, resourceType: 'User' });
    await leave(directory, { ...taken, resourceType: 'User' });
    for (let number = 0; number < 9; number += 1) {
      await leave(directory, { ...taken, outcome: 'failed', error: 'internal', detail: `Failure ${number}` });
      directory.clock.time += 1;
    }
    await deliver(directory);
    const [run] = await runs(directory);
    expect(run).toMatchObject({
      counts: { created: 2, changed: 2, deleted: 1, accounts: 1, unchanged: 0, reads: 0 },
      held: { noGroup: 1, noLicence: 2 },
      refused: { uniqueness: 2, internal: 9 },
    });
    expect(run?.details).toHaveLength(5);
    expect(run?.details.filter(({ error }) => error === 'uniqueness')).toEqual([
      { error: 'uniqueness', detail: 'userName is taken', resourceType: 'User' },
    ]);
  });

  test('is one of each credential, and none of the timer', async () => {
    await using directory = openDirectory();
    for (const credential of ['a', 'b', 'timer', 'management', 'a']) {
      await leave(directory, { credential });
    }
    await deliver(directory);
    const found = await runs(directory);
    expect(found.map((run) => `${run.credential} ${total(run)}`).sort()).toEqual(['a 2', 'b 1']);
    const loose = (await records(directory)).filter(({ run }) => run === undefined);
    expect(loose.map(({ credential }) => credential).sort()).toEqual(['management', 'timer']);
  });

  test('goes on while the key is used without leaving records, but not across a gap', async () => {
    await using directory = openDirectory();
    const { clock } = directory;
    const start = clock.time;
    await leave(directory);
    // Noted at most every five minutes: at 5, 10 and 15, and again at 40.
    const lastUseOf = async () => {
      const passed = (clock.time - start) / minute;
      return start + minute * (passed >= 40 ? 40 : Math.min(15, Math.floor(passed / 5) * 5));
    };
    await pass(directory, 24, { lastUseOf });
    expect(await times(directory)).toEqual([['open', 0, 15]]);
    await pass(directory, 20, { lastUseOf });
    expect(await times(directory)).toEqual([['closed', 0, 15]]);
  });

  test('is over when the key was used again only after a gap, though nobody looked meanwhile', async () => {
    await using directory = openDirectory();
    const { clock } = directory;
    await leave(directory);
    await deliver(directory);
    clock.time += 45 * minute;
    await deliver(directory, { lastUseOf: async () => clock.time - 5 * minute });
    expect(await times(directory)).toEqual([['closed', 0, 0]]);
  });

  test('is opened once, by whichever of two instances with different records comes first', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const parts = { store: scope.store, now: scope.now, daysOf: async () => 30 };
    const left: DueRecord[] = [];
    for (let number = 0; number < 8; number += 1) {
      left.push(await leave(directory));
      clock.time += 1;
    }
    await Promise.all(left.map((one) => deliverTenant(parts, scope.tenantId, [one])));
    expect((await runs(directory)).map(total)).toEqual([8]);
  });

  test('is not closed while records of its tenant cannot be delivered', async () => {
    await using directory = openDirectory();
    const { clock } = directory;
    await leave(directory);
    await deliver(directory);
    clock.time += 9 * minute;
    await leave(directory, { resourceType: 'User', resource: 'u' });
    clock.time += 3 * minute;
    const settle = () => Promise.reject(new Error('Cannot be settled'));
    await expect(deliver(directory, { settle })).rejects.toThrow(AggregateError);
    expect(await times(directory)).toEqual([['open', 0, 0]]);
    await pass(directory, 1);
    expect(await times(directory)).toEqual([['open', 0, 9]]);
  });

  test('takes in what arrives late, whether it is open, closed or was never there', async () => {
    await using directory = openDirectory();
    const { clock } = directory;
    const start = clock.time;
    const late = (minutes: number) => ({ at: new Date(start + minutes * minute).toISOString() });
    clock.time += 30 * minute;
    await leave(directory);
    await deliver(directory);
    await leave(directory, late(25));
    await deliver(directory);
    expect(await times(directory)).toEqual([['open', 25, 30]]);
    await pass(directory, 15);
    await leave(directory, late(32));
    await leave(directory, late(5));
    await pass(directory, 2);
    expect(await times(directory)).toEqual([
      ['closed', 5, 5],
      ['closed', 25, 32],
    ]);
    expect((await runs(directory)).map(total)).toEqual([3, 1]);
  });

  test('after an outage of the timer is told apart from the next by the times of its records', async () => {
    await using directory = openDirectory();
    for (const container of ['users', 'groups', 'audit'] as const) {
      directory.clock.time = Date.UTC(2030, 0, 1);
      for (let number = 0; number < 200; number += 1) {
        directory.clock.time += number === 100 ? 20 * minute : 1_000;
        await leave(directory, { container });
      }
    }
    directory.clock.time += 60 * minute;
    await deliver(directory);
    expect((await runs(directory)).map((run) => [run.state, total(run)])).toEqual([
      ['closed', 300],
      ['closed', 300],
    ]);
  });
});

describe('the summary of a run', () => {
  test('tells how many accounts are beyond the licence limit when it is closed', async () => {
    await using directory = openDirectory();
    await leave(directory);
    await pass(directory, 5, { beyondLicence: async () => 2 });
    expect((await runs(directory))[0]).not.toHaveProperty('beyondLicence');
    await pass(directory, 5, { beyondLicence: async () => 3 });
    expect((await runs(directory))[0]).toMatchObject({ state: 'closed', beyondLicence: 3 });
  });

  test('with failures is mailed to the administrators who want it, once', async () => {
    await using directory = openDirectory();
    await leave(directory, taken);
    await pass(directory, 20, { policy: reporting });
    const [run] = await runs(directory);
    const mails = await directory.all('users', mailKind);
    expect(mails).toEqual([
      {
        id: `mail:${run?.id}`,
        tenantId: 'tenant',
        kind: 'mail',
        due: Date.UTC(2030, 0, 1, 0, 11),
        template: 'runReport',
        run: run?.id,
        attempts: 0,
      },
    ]);
    // Sent and gone; then something late has the run looked at again.
    const sent = { op: 'delete', kind: mailKind, id: mails[0]?.id ?? '' } as const;
    await directory.scope.store.commit({ container: 'users', tenantId: 'tenant' }, [sent]);
    await leave(directory, { ...taken, at: new Date(Date.UTC(2030, 0, 1)).toISOString() });
    await pass(directory, 2, { policy: reporting });
    expect((await runs(directory)).map((one) => one.refused)).toEqual([{ uniqueness: 2 }]);
    expect(await directory.all('users', mailKind)).toEqual([]);
  });

  test.each([
    ['nobody wants it', {}, taken],
    ['nothing failed', reporting, {}],
    ['users wait for a group', reporting, { operation: 'hold', resourceType: 'Account', outcome: 'noGroup' }],
  ])('is not mailed where %s', async (_, policy, facts) => {
    await using directory = openDirectory();
    await leave(directory, facts);
    await pass(directory, 20, { policy });
    expect((await runs(directory)).map(({ state }) => state)).toEqual(['closed']);
    expect(await directory.all('users', mailKind)).toEqual([]);
  });

  test('is written and mailed once, however often the timer is cut off', async () => {
    await cutEverywhere(async (cut) => {
      await using directory = openDirectory();
      const { scope } = directory;
      await leave(directory, taken);
      await deliver(directory, { policy: reporting });
      directory.clock.time += 10 * minute;
      const { store, broke } = breakingStore(scope.store, cut);
      // Two runs of the timer: one closes, one reports.
      for (const _ of [1, 2]) await deliver(directory, { policy: reporting, store }).catch(() => undefined);
      await pass(directory, 3, { policy: reporting });
      expect((await runs(directory)).map(({ state, due }) => [state, due])).toEqual([['closed', undefined]]);
      expect(await directory.all('users', mailKind)).toHaveLength(1);
      return broke();
    });
  });
});

interface Step {
  readonly credential: string;
  readonly gap: number;
  readonly late: number;
  readonly container: 'users' | 'groups' | 'audit';
  readonly facts: object;
  readonly delivers: boolean;
}

const facts = fc.constantFrom<object>(
  { operation: 'create' },
  { operation: 'modify' },
  { operation: 'hold', resourceType: 'Account', outcome: 'noLicence' },
  { operation: 'activate', resourceType: 'Account' },
  { outcome: 'refused', error: 'invalidValue', detail: 'No' },
);
const steps = (late: fc.Arbitrary<number>): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      credential: fc.constantFrom('a', 'b', 'c', 'timer'),
      gap: fc.oneof(
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: runGap - 2, max: runGap + 2 }),
        fc.integer({ min: 0, max: 2 * runGap }),
      ),
      late,
      container: fc.constantFrom('users', 'groups', 'audit'),
      facts,
      delivers: fc.boolean(),
    }),
    { maxLength: 40 },
  );

async function play(directory: Directory, played: readonly Step[]): Promise<void> {
  const { clock } = directory;
  for (const { credential, gap, late, container, facts: own, delivers } of played) {
    clock.time += gap;
    const at = new Date(clock.time - late).toISOString();
    await leave(directory, { credential, container, at, ...own });
    if (delivers) await deliver(directory);
  }
  clock.time += 3 * runGap;
  await deliver(directory);
  await deliver(directory);
}

/** The records of each run, by its id. */
async function recordsByRun(directory: Directory): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  for (const { run } of await records(directory)) {
    if (run !== undefined) numbers.set(run, (numbers.get(run) ?? 0) + 1);
  }
  return numbers;
}

describe('any interleaving of requests of several credentials', { timeout: 120_000 }, () => {
  test('yields runs that are closed and whose counters sum up to their records, whatever comes late', async () => {
    const late = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 * runGap }));
    await fc.assert(
      fc.asyncProperty(steps(late), async (played) => {
        await using directory = openDirectory();
        await play(directory, played);
        const found = await runs(directory);
        expect(await records(directory)).toHaveLength(played.length);
        expect(found.every(({ state }) => state === 'closed')).toBe(true);
        expect(new Map(found.map((run) => [run.id, total(run)]))).toEqual(await recordsByRun(directory));
      }),
      { numRuns: 60 },
    );
  });

  test('yields exactly the runs that the gaps make, whenever the timer comes by', async () => {
    await fc.assert(
      fc.asyncProperty(steps(fc.constant(0)), async (played) => {
        await using directory = openDirectory();
        await play(directory, played);
        const found = (await runs(directory)).map((run) => ({ ...spanOf(run), total: total(run) }));
        expect(found.toSorted(bySpan)).toEqual(expectedRuns(played).toSorted(bySpan));
      }),
      { numRuns: 60 },
    );
  });
});

interface Span {
  readonly credential: string;
  readonly started: number;
  readonly seen: number;
}

const spanOf = ({ credential, started, seen }: Span): Span => ({ credential, started, seen });
const bySpan = (a: Span, b: Span) => a.credential.localeCompare(b.credential) || a.started - b.started;

/** The runs of requests that come in the order of their times. */
function expectedRuns(played: readonly Step[]): (Span & { total: number })[] {
  const expected: { credential: string; started: number; seen: number; total: number }[] = [];
  let time = Date.UTC(2030, 0, 1);
  for (const { credential, gap } of played) {
    time += gap;
    if (credential === 'timer') continue;
    const last = expected.findLast((run) => run.credential === credential);
    if (last && time - last.seen < runGap) Object.assign(last, { seen: time, total: last.total + 1 });
    else expected.push({ credential, started: time, seen: time, total: 1 });
  }
  return expected;
}
