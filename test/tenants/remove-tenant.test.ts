import { readFile } from 'node:fs/promises';
import { v7 as newId } from 'uuid';
import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { createPageMarks } from '../../lib/directory/query/page-marks.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { createKeys } from '../../lib/keys/keys.ts';
import { containers, type Document, type DocumentStore } from '../../lib/store/document-store.ts';
import { purgeTenants } from '../../lib/tenants/remove-tenant.ts';
import { addGroup, addUser, breakingStore, cutEverywhere } from '../directory/directory.ts';
import { type Deployment, type Instance, openDeployment, startInstance } from '../keys/instance.ts';

const idle = async () => undefined;
const minute = 60_000;
const hour = 60 * minute;

/** A tenant with something in every container, at an instance that deletes it and another that believes it. */
async function populate() {
  const deployment = await openDeployment();
  const [one, other] = [startInstance(deployment), startInstance(deployment)];
  const { id } = await one.tenants.create({ name: 'Contoso' });
  const { key, ...issued } = await one.keys.issue(id, {});
  const authenticate = () => other.authenticate(`Bearer ${key}`, '/scim/v2');
  await authenticate();
  await write(deployment, id);
  return { ...deployment, deployment, one, id, keyId: issued.id, authenticate };
}

/** Leaves documents of a tenant in users, groups and audit. */
async function write({ store, clock }: Deployment, tenantId: string): Promise<void> {
  const scope: DirectoryScope = {
    ...{ tenantId, store, newId, now: () => clock.time, marks: createPageMarks() },
    actor: { credential: 'key', requestId: 'request' },
    auditLevel: 'information',
    uniqueAttributes: { User: ['userName'] },
  };
  await addGroup(scope, 'Team', [await addUser(scope, newId())]);
  const record = { id: `record:${newId()}`, tenantId, kind: 'record', due: clock.time };
  await store.commit({ container: 'audit', tenantId }, [{ op: 'create', document: record }]);
}

/** Runs the timer's purge once. */
function purge({ store, clock }: Deployment, { keys, tenants }: Instance): Promise<void> {
  const { finishRemoval } = tenants;
  return purgeTenants({
    store,
    now: () => clock.time,
    removeKey: keys.remove,
    finishRemoval,
    removeWebhooks: idle,
  });
}

/** The documents of a tenant by container, which it removes; keys are in partitions of their own. */
async function takeLeft(store: DocumentStore, tenantId: string): Promise<Readonly<Record<string, number>>> {
  const left = containers.map(async (container) => [
    container,
    await store.drain({ container, tenantId }, 1_000),
  ]);
  return Object.fromEntries(await Promise.all(left));
}
const nothing = Object.fromEntries(containers.map((container) => [container, 0]));

const purges = async ({ store }: Deployment) =>
  (await store.due('tenants', ['purge'], { before: Number.MAX_SAFE_INTEGER, limit: 10 })).map(
    ({ document }) => document,
  );

describe('a tenant that is deleted', () => {
  test('D1 leaves nothing, though an instance that believes it still writes after the first sweep', async () => {
    const { deployment, store, clock, one, id, keyId, authenticate } = await populate();
    await one.tenants.remove(id);
    await purge(deployment, one);
    expect((await authenticate()).tenant.id, 'the belief that the second sweep is for').toBe(id);

    await write(deployment, id);
    const late: Document = { id, tenantId: id, kind: 'tenant' };
    await store.commit({ container: 'tenants', tenantId: id }, [{ op: 'create', document: late }]);
    clock.time += hour;
    await purge(deployment, one);
    expect(await takeLeft(store, id)).toEqual(nothing);
    expect(
      await store.read({ container: 'tokens', tenantId: keyId, kind: 'key', id: 'key' }),
    ).toBeUndefined();
  });

  test('D1: keeps no key that was being issued when it was deleted', async () => {
    const { store, clock, randomBytes, one, id } = await populate();
    const editKeys: typeof one.tenants.editKeys = async (...edit) => {
      await one.tenants.remove(id);
      return one.tenants.editKeys(...edit);
    };
    const { secrets, written } = one;
    const holders = { ...one.tenants, editKeys };
    const keys = createKeys({ store, secrets, holders, now: () => clock.time, randomBytes });
    await expect(keys.by({ credential: 'test', requestId: 'request' }).issue(id, {})).rejects.toMatchObject({
      kind: 'absent',
    });
    const [, keyId = ''] = written;
    expect(
      await store.read({ container: 'tokens', tenantId: keyId, kind: 'key', id: 'key' }),
    ).toBeUndefined();
    expect(await secrets.get(keyId)).toBeUndefined();
  });

  test('is swept at once, costs nothing until nobody can write any more, and is swept then', async () => {
    const { deployment, clock, one, id, store } = await populate();
    await one.tenants.remove(id);
    const removed = clock.time;
    await purge(deployment, one);
    for (const kind of ['user', 'unique', 'record', 'count-user']) {
      expect(await store.count({ container: 'users', tenantId: id, kind }), kind).toBe(0);
    }
    const work: string[] = [];
    const metered = store.metered({ operation: (name) => work.push(name) });
    for (clock.time += minute; clock.time < removed + 12 * minute; clock.time += minute) {
      await purge({ ...deployment, store: metered }, one);
    }
    expect(new Set(work)).toEqual(new Set(['due']));
    expect(await purges(deployment)).toHaveLength(1);
    await purge(deployment, one);
    expect(await takeLeft(store, id)).toEqual(nothing);
  });

  test('is swept when an instance may believe it no more and its longest request has ended', async () => {
    const { functionTimeout } = JSON.parse(
      await readFile(new URL('../../host.json', import.meta.url), 'utf8'),
    );
    const [hours = 0, minutes = 0, seconds = 0] = functionTimeout.split(':').map(Number);
    const longest = hours * 3_600 + minutes * 60 + seconds;
    const { credentialCacheSecondsMax, writingSecondsMax, lateWritersSeconds } = limits;
    expect(writingSecondsMax).toBeGreaterThanOrEqual(longest);
    expect(lateWritersSeconds).toBeGreaterThan(credentialCacheSecondsMax + writingSecondsMax);
  });

  test('leaves nothing wherever a sweep is cut off', async () => {
    await cutEverywhere(async (cut) => {
      const { deployment, clock, store, one, id } = await populate();
      await one.tenants.remove(id);
      const broken = breakingStore(store, cut);
      for (const wait of [0, hour]) {
        clock.time += wait;
        await write(deployment, id);
        await purge({ ...deployment, store: broken.store }, one).catch(() => undefined);
      }
      for (const wait of [0, hour]) {
        clock.time += wait;
        await purge(deployment, one);
      }
      expect(await takeLeft(store, id)).toEqual(nothing);
      return broken.broke();
    });
  });

  test('is swept in several runs where one has no time for all', async () => {
    const { deployment, clock, store, one, id } = await populate();
    await one.tenants.remove(id);
    const hasty = () => {
      const now = () => {
        clock.time += 7_000;
        return clock.time;
      };
      const { keys, tenants } = one;
      return purgeTenants({
        store,
        now,
        removeKey: keys.remove,
        finishRemoval: tenants.finishRemoval,
        removeWebhooks: idle,
      });
    };
    await hasty();
    const [begun] = await purges(deployment);
    const last = Number(begun?.last);
    expect(begun?.due).toBeLessThan(last);
    await purge(deployment, one);
    expect(await purges(deployment)).toMatchObject([{ due: last }]);

    clock.time += hour;
    await write(deployment, id);
    await hasty();
    expect(await purges(deployment)).toMatchObject([{ due: last }]);
    await purge(deployment, one);
    expect(await takeLeft(store, id)).toEqual(nothing);
  });

  test('is swept twice too where what is left to do was written before there were two sweeps', async () => {
    const { deployment, clock, store, one, id } = await populate();
    await one.tenants.remove(id);
    const [{ last: _, ...old } = { id: '', tenantId: '', kind: '' }] = await purges(deployment);
    await store.commit({ container: 'tenants', tenantId: id }, [{ op: 'replace', document: old }]);
    await purge(deployment, one);
    expect(await purges(deployment)).toMatchObject([{ due: clock.time + 12 * minute }]);
    await write(deployment, id);
    clock.time += hour;
    await purge(deployment, one);
    expect(await takeLeft(store, id)).toEqual(nothing);
  });
});
