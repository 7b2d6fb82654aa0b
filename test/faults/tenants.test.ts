import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseKey } from '../../lib/keys/key-format.ts';
import { readKeyRecord } from '../../lib/keys/key-record.ts';
import { containers } from '../../lib/store/document-store.ts';
import { trustId, trustPartition } from '../../lib/tenants/trust.ts';
import { isSound, recoverySeconds, type StoppableApp, startStoppableApp } from './app.ts';
import { contentsOf, halfMade } from './invariants.ts';
import { newTrust, operations } from './operations.ts';
import type { Stop } from './stopping-engine.ts';

let app: StoppableApp;
beforeAll(async () => {
  app = await startStoppableApp();
});
afterAll(() => app.faulty.app[Symbol.asyncDispose]());

const withTrust = () => ({ trusts: [newTrust()] as const });
type Policy = ReturnType<typeof withTrust>;

/** Tests if any tenant has a claim on the trust of a policy. */
async function isClaimed({ trusts: [trust] }: Policy): Promise<boolean> {
  const partition = { container: 'tokens', tenantId: trustPartition(trust) } as const;
  return (await app.store.read({ ...partition, kind: 'trust', id: trustId(trust) })) !== undefined;
}

/** The status of creating a tenant, which is 201 if no other tenant has a trust of its policy. */
async function create(policy: Policy): Promise<number> {
  return (await app.faulty.manage('POST', '/tenants', { name: 'Fabrikam', policy })).status;
}

/** Counts the documents of a tenant, except the marks of batches, and removes them. */
async function takeLeft(tenantId: string): Promise<number> {
  const drained = containers.map((container) =>
    app.store.drain({ container, tenantId, except: 'write' }, 1_000),
  );
  return (await Promise.all(drained)).reduce((sum, one) => sum + one, 0);
}

/** The operations that are recorded of a tenant in the deployment's trail. */
async function recorded(tenantId: string): Promise<readonly string[]> {
  const { body } = await app.faulty.manage('GET', `/audit?resource=${tenantId}`);
  return body.records.map(({ operation }: { operation: string }) => operation);
}

/** Tenants that exist already. Their changes are delivered beside the requests. */
const earlierIds = new Set(['_registry', '_timer']);

async function stopCreation(stop: Stop): Promise<boolean> {
  const { engine, faulty, store } = app;
  const earlier = await faulty.newParty();
  earlierIds.add(earlier.tenant.id);
  const policy = withTrust();
  engine.stopAt(stop);
  const cut = await faulty.manage('POST', '/tenants', { name: 'Contoso', policy });
  const stopped = engine.start();
  expect(cut, JSON.stringify(stop)).toSatisfy(isSound);
  const written = engine.written().filter(({ container }) => container === 'tenants');
  const ids = new Set(written.map(({ tenantId }) => tenantId).filter((id) => !earlierIds.has(id)));
  await faulty.pass(recoverySeconds);
  await faulty.pass(recoverySeconds);

  const { tenants } = (await faulty.manage('GET', `/tenants?after=${earlier.tenant.id}`)).body;
  if (cut.status === 201) expect(tenants).toHaveLength(1);
  for (const { id } of tenants) {
    ids.delete(id);
    earlierIds.add(id);
    expect(await halfMade(store, await contentsOf(store, id)), JSON.stringify(stop)).toEqual([]);
    expect(await recorded(id)).toEqual(['create']);
    expect((await faulty.manage('POST', `/tenants/${id}/keys`, {})).status).toBe(201);
  }
  for (const id of ids) {
    expect(await takeLeft(id), `left after ${JSON.stringify(stop)}`).toBe(0);
    expect(await recorded(id)).toEqual([]);
  }
  expect(await isClaimed(policy)).toBe(tenants.length === 1);
  expect(await create(policy)).toBe(tenants.length === 0 ? 201 : 409);
  return stopped;
}

async function stopDeletion(stop: Stop): Promise<boolean> {
  const { engine, faulty, store } = app;
  const party = await faulty.newParty();
  const { id } = party.tenant;
  const policy = withTrust();
  const { identifier } = (await party.manage('PATCH', '', { policy })).body;
  await operations['delete a group'].prepare(party);
  const remove = () => party.manage('DELETE', `?confirm=${identifier}`);
  engine.stopAt(stop);
  const cut = await remove();
  const stopped = engine.start();
  expect(cut, JSON.stringify(stop)).toSatisfy(isSound);
  await faulty.pass(recoverySeconds);

  if ((await party.manage('GET', '')).status === 200) {
    expect(cut.status).toBe(503);
    expect(await halfMade(store, await contentsOf(store, id)), JSON.stringify(stop)).toEqual([]);
    expect(await recorded(id)).not.toContain('delete');
    expect((await remove()).status).toBe(204);
  }
  for (const seconds of [1, recoverySeconds, 3_600 - recoverySeconds]) await faulty.pass(seconds);
  expect((await party.scim('GET', '/Users')).status).toBe(401);
  expect(await takeLeft(id), `left after ${JSON.stringify(stop)}`).toBe(0);
  expect(await recorded(id)).toContain('delete');
  expect(await readKeyRecord(store, parseKey(party.tenant.token)?.keyId ?? '')).toBeUndefined();
  expect(await isClaimed(policy)).toBe(false);
  expect(await create(policy)).toBe(201);
  return stopped;
}

test.each([
  ['create a tenant with a trust', 'before', stopCreation],
  ['create a tenant with a trust', 'after', stopCreation],
  ['delete a tenant', 'before', stopDeletion],
  ['delete a tenant', 'after', stopDeletion],
] as const)(
  '%s: whole or gone when the store stops %s any call',
  { timeout: 600_000 },
  async (_, when, act) => {
    let at = 1;
    while (await act({ at, when })) at += 1;
    expect(at).toBeGreaterThan(1);
  },
);
