import { v7 as newId } from 'uuid';
import { expect, test } from 'vitest';
import { createSeenClients, type Misfit, readSeenClients } from '../../lib/audit/seen-clients.ts';
import { clientSigns } from '../../lib/scim/client-signs.ts';
import type { ClientProfile } from '../../lib/scim/quirks/quirk.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { tenantSchema } from '../../lib/tenants/tenant.ts';
import { intercept, openDirectory } from '../directory/directory.ts';
import { deliver, records, refusing } from './delivery.ts';

const tenantOf = (id: string, profile: ClientProfile) =>
  tenantSchema.parse({ id, name: 'T', identifier: 'T', policy: { endpoint: { profile } } });
const signOf = (client: string) => {
  const sign = clientSigns.find((one) => one.client === client);
  if (!sign) throw new Error(`${client} has no sign`);
  return sign;
};
const actor = { credential: 'key', requestId: 'r' };

function instance(store: DocumentStore, now: () => number) {
  const misfits: Misfit[] = [];
  const causes: unknown[] = [];
  const [misfit, log] = [(one: Misfit) => misfits.push(one), (cause: unknown) => causes.push(cause)];
  return { note: createSeenClients({ store, now, newId, misfit, log }), misfits, causes };
}

test('C5: one write tells a client, whatever instances race, and no run counts it', async () => {
  await using directory = openDirectory();
  const { store, now, tenantId } = directory.scope;
  let commits = 0;
  const counting = intercept(store, async (...args) => {
    await store.commit(...args);
    commits += 1;
  });
  const tenant = tenantOf(tenantId, 'entra');
  const instances = Array.from({ length: 5 }, () => instance(counting, now));
  const clients = ['okta', 'entra', 'authentik'];
  for (let round = 0; round < 20; round += 1) {
    const notes = instances.flatMap(({ note }) =>
      clients.map((client) => note({ tenant, sign: signOf(client), actor })),
    );
    await Promise.all(notes);
  }
  expect(commits).toBe(clients.length);
  const told = instances.flatMap(({ misfits }) => misfits.map(({ client }) => client));
  expect(told.toSorted()).toEqual(['authentik', 'okta']);
  expect((await readSeenClients(store, tenant)).map(({ client }) => client)).toEqual([
    'authentik',
    'entra',
    'okta',
  ]);
  await deliver(directory);
  const recorded = await records(directory);
  expect(recorded).toMatchObject([{ operation: 'recognise' }, { operation: 'recognise' }]);
  const runs = await store.query({ container: 'audit', tenantId, kind: 'run', limit: 10 });
  expect(runs.documents.map(({ document }) => document.counts)).toMatchObject([{ changed: 0, created: 0 }]);
});

test('C5: a failure is logged, delays nobody, and the next request tries again', async () => {
  await using directory = openDirectory();
  const { scope } = directory;
  const tenant = tenantOf(scope.tenantId, 'entra');
  let isDown = true;
  const { note, misfits, causes } = instance(
    intercept(scope.store, (...args) =>
      isDown ? refusing(scope.store, [scope.tenantId]).commit(...args) : scope.store.commit(...args),
    ),
    scope.now,
  );
  await note({ tenant, sign: signOf('okta'), actor });
  expect([misfits.length, causes.length]).toEqual([0, 1]);
  isDown = false;
  await note({ tenant, sign: signOf('okta'), actor });
  expect([misfits.length, causes.length]).toEqual([1, 1]);
});
