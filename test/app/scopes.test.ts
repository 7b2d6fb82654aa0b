import { v7 as newId } from 'uuid';
import { expect, test } from 'vitest';
import { createScopes } from '../../lib/app/scopes.ts';
import { createPageMarks } from '../../lib/directory/query/page-marks.ts';
import { createCatalogue } from '../../lib/packs/catalogue.ts';
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
