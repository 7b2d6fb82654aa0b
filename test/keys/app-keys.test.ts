import { describe, expect, test } from 'vitest';
import { expireKeys, type KeyWarning } from '../../lib/keys/expire-keys.ts';
import { allTenants } from '../../lib/tenants/app-keys.ts';
import { purgeTenants } from '../../lib/tenants/remove-tenant.ts';
import { day, openDeployment, operator, settle, startInstance } from './instance.ts';

async function stage() {
  const deployment = await openDeployment();
  const instance = startInstance(deployment);
  const { id } = await instance.tenants.create({ name: 'Contoso' });
  const warnings: KeyWarning[] = [];
  const { store, clock } = deployment;
  const run = { store, now: () => clock.time };
  const expire = () =>
    expireKeys({
      ...{ ...run, secrets: instance.secrets, holders: instance.tenants },
      warn: async (warning) => void warnings.push(warning),
      removeKey: instance.keys.remove,
    });
  const purge = () =>
    purgeTenants({
      ...{ ...run, removeKey: instance.keys.remove, finishRemoval: instance.tenants.finishRemoval },
      removeWebhooks: async () => undefined,
    });
  const app = instance.keys.app.by(operator);
  const issue = (holder: string) => app.issue(holder, { kind: 'app', label: 'Billing', access: 'read' });
  const present = (key: string, to = instance) => to.authenticateApiCaller(`Bearer ${key}`, 'request');
  return { ...deployment, ...instance, id, warnings, expire, purge, app, issue, present };
}

const refused = { code: 'unauthenticated' };

describe.each(['one tenant', 'all tenants'])('an app key for %s', (whose) => {
  const holderIn = (id: string) => (whose === 'one tenant' ? id : allTenants);

  test('is verified without the store on a warm instance', async () => {
    const { id, issue, present, work } = await stage();
    const { id: keyId, key } = await issue(holderIn(id));
    const product = { keyId, label: 'Billing', access: 'read' };
    const only = whose === 'one tenant' ? id : undefined;
    expect(await present(key)).toEqual({ product: { ...product, tenantId: only } });
    await settle();
    work.length = 0;
    await present(key);
    expect(work).toEqual([]);
  });

  test('warns before it expires, is refused from then on, and is removed ninety days later', async () => {
    const { id, issue, present, clock, warnings, expire, secrets, keys } = await stage();
    const { id: keyId, key, expires } = await issue(holderIn(id));
    clock.time = expires - 6 * day;
    await expire();
    expect(warnings).toMatchObject([{ tenantId: holderIn(id), keyId, kind: 'app', days: 7 }]);
    clock.time = expires;
    await expect(present(key)).rejects.toMatchObject(refused);
    await expire();
    expect(await secrets.get(keyId)).toBe('disabled');
    clock.time += 90 * day;
    await expire();
    await expire();
    expect(await secrets.get(keyId)).toBeUndefined();
    expect(await keys.app.list(holderIn(id))).toEqual([]);
  });

  test('is refused by another instance within a minute of its revocation', async () => {
    const { id, issue, present, clock, app, ...deployment } = await stage();
    const elsewhere = startInstance({ ...deployment, clock });
    const { id: keyId, key } = await issue(holderIn(id));
    await present(key, { ...deployment, ...elsewhere });
    await app.revoke(holderIn(id), keyId);
    clock.time += 60_000;
    await expect(present(key, { ...deployment, ...elsewhere })).rejects.toMatchObject(refused);
  });

  test('comes after others if twenty are active', async () => {
    const { id, issue } = await stage();
    for (let count = 0; count < 20; count += 1) await issue(holderIn(id));
    await expect(issue(holderIn(id))).rejects.toThrow(
      'There are 20 active app keys, and there can be no more',
    );
  });
});

test('simultaneous issues of app keys for all tenants are all listed', async () => {
  const { issue, keys } = await stage();
  const issued = await Promise.all(Array.from({ length: 5 }, () => issue(allTenants)));
  const listed = (await keys.app.list(allTenants)).map(({ id }) => id).sort();
  expect(listed).toEqual(issued.map(({ id }) => id).sort());
});

test('a deleted tenant takes its app keys with it, and no others', async () => {
  const { id, issue, present, tenants, secrets, purge, store } = await stage();
  const own = await issue(id);
  const shared = await issue(allTenants);
  await tenants.remove(id);
  await expect(present(own.key)).rejects.toMatchObject(refused);
  await purge();
  expect(await secrets.get(own.id)).toBeUndefined();
  const records = await store.due('tokens', ['key'], { before: Number.MAX_SAFE_INTEGER, limit: 9 });
  expect(records.map(({ document }) => document.tenantId)).toEqual([shared.id]);
  await present(shared.key);
});

test('an app key outlives the synchronisation of its tenant', async () => {
  const { id, issue, present, tenants, clock } = await stage();
  const { key } = await issue(id);
  await tenants.endSynchronization(id);
  await present(key);
  await issue(id);
  clock.time += 3_600_000;
  await tenants.finishEnding(id, operator);
  expect(await present(key)).toMatchObject({ product: { tenantId: id } });
});
