import { v7 as newId } from 'uuid';
import { expect, test } from 'vitest';
import { createScopes } from '../../lib/app/scopes.ts';
import { limits } from '../../lib/base/limits.ts';
import { createPageMarks } from '../../lib/directory/query/page-marks.ts';
import { writeResource } from '../../lib/directory/resources.ts';
import { createCatalogue } from '../../lib/packs/catalogue.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { tenantSchema } from '../../lib/tenants/tenant.ts';

test('a directory and its accounts know the values that the tenant wants unique, whoever works in them', async () => {
  await using store = Object.assign(openEmbeddedStore({ path: ':memory:' }), {
    [Symbol.asyncDispose]: () => store.close(),
  });
  const scopes = createScopes(createCatalogue([]), {
    store,
    now: () => 0,
    newId,
    marks: createPageMarks(),
  });
  const policy = { users: { unique: ['externalId'] }, groups: { unique: ['displayName'] } };
  const tenant = tenantSchema.parse({ id: newId(), identifier: 'acme', name: 'Acme', policy });
  const work = { actor: { credential: 'timer', requestId: newId() }, cost: { operation: () => undefined } };
  const unique = { User: ['userName', 'externalId'], Group: ['displayName'] };
  expect(scopes.directoryOf(tenant, work).uniqueAttributes).toMatchObject(unique);
  expect(scopes.accountsOf(tenant, work).directory.uniqueAttributes).toMatchObject(unique);
});

test('D1: who has stood still for longer than a request may run writes nothing more', async () => {
  await using store = Object.assign(openEmbeddedStore({ path: ':memory:' }), {
    [Symbol.asyncDispose]: () => store.close(),
  });
  const clock = { time: 0 };
  const services = { store, now: () => clock.time, newId, marks: createPageMarks() };
  const tenant = tenantSchema.parse({ id: newId(), identifier: 'acme', name: 'Acme' });
  const work = { actor: { credential: 'key', requestId: newId() }, cost: { operation: () => undefined } };
  const directory = createScopes(createCatalogue([]), services).directoryOf(tenant, work);
  const write = (userName: string) =>
    writeResource(directory, userType, { id: newId(), resource: { userName }, operation: 'create' });
  clock.time = limits.writingSecondsMax * 1_000 - 1;
  await write('ann');
  clock.time += 1;
  await expect(write('bob')).rejects.toMatchObject({ kind: 'unavailable' });
  expect(await store.count({ container: 'users', tenantId: tenant.id, kind: 'user' })).toBe(1);
});
