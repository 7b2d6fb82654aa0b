import { describe, expect, test } from 'vitest';
import { expireKeys, type KeyWarning } from '../../lib/keys/expire-keys.ts';
import { breakingStore } from '../directory/directory.ts';
import { day, openDeployment, startInstance } from './instance.ts';

async function oneKey(validDays = 60) {
  const deployment = await openDeployment();
  const instance = startInstance(deployment);
  const tenant = await instance.tenants.create({ name: 'Contoso' });
  const issued = await instance.keys.issue(tenant.id, { validDays });
  const warnings: KeyWarning[] = [];
  const run = (store = deployment.store) =>
    expireKeys({
      store,
      secrets: instance.secrets,
      holders: instance.tenants,
      now: () => deployment.clock.time,
      warn: async (warning) => void warnings.push(warning),
      removeKey: instance.keys.remove,
    });
  return { ...deployment, ...instance, tenant, issued, warnings, run };
}

describe('expireKeys()', () => {
  test('warns once at each threshold of the policy, also when runs were missed', async () => {
    const { clock, warnings, run, issued } = await oneKey();
    const days: (number | undefined)[] = [];
    for (const left of [60, 31, 30, 29, 8, 6.5, 2, 0.5, 0.4]) {
      clock.time = issued.expires - left * day;
      warnings.length = 0;
      await run();
      await run();
      expect(warnings.length).toBeLessThanOrEqual(1);
      days.push(warnings[0]?.days);
    }
    expect(days).toEqual([undefined, undefined, 30, undefined, undefined, 7, undefined, 1, undefined]);
    const late = await oneKey();
    late.clock.time = late.issued.expires - 0.5 * day;
    await late.run();
    expect(late.warnings).toMatchObject([{ keyId: late.issued.id, days: 1 }]);
  });

  test('disables a key when its time is over, lists it as expired, and removes it after ninety days', async () => {
    const { clock, run, issued, keys, tenant, secrets, store } = await oneKey(1);
    clock.time = issued.expires;
    await run();
    await run();
    expect(await secrets.get(issued.id)).toBe('disabled');
    expect(await keys.list(tenant.id)).toMatchObject([{ id: issued.id, status: 'expired' }]);
    clock.time += 90 * day - 1;
    await run();
    expect(await secrets.get(issued.id)).toBe('disabled');
    clock.time += 1;
    await run();
    await run();
    expect(await secrets.get(issued.id)).toBeUndefined();
    expect(await keys.list(tenant.id)).toEqual([]);
    expect(await store.due('tokens', 'key', { before: Number.MAX_SAFE_INTEGER, limit: 9 })).toEqual([]);
  });

  test('follows a key that ends sooner since another took its place', async () => {
    const { clock, run, issued, keys, tenant, warnings, secrets } = await oneKey(300);
    await run();
    await keys.rotate(tenant.id, issued.id, { overlapDays: 5 });
    // The timer does so when it delivers the record of the rotation.
    await keys.review(issued.id);
    await run();
    expect(warnings).toMatchObject([{ keyId: issued.id, days: 7 }]);
    clock.time += 5 * day;
    await run();
    expect(await secrets.get(issued.id)).toBe('disabled');
  });

  test('goes on where it was cut off', async () => {
    for (const when of ['before', 'after'] as const) {
      const { clock, run, issued, secrets, store, keys, tenant } = await oneKey(1);
      clock.time = issued.expires;
      await expect(run(breakingStore(store, { at: 1, when }).store)).rejects.toMatchObject({
        kind: 'unavailable',
      });
      await run();
      expect(await secrets.get(issued.id)).toBe('disabled');
      expect(await keys.list(tenant.id)).toMatchObject([{ status: 'expired' }]);
    }
  });

  test('is kept from no key by one whose record is damaged', async () => {
    const { clock, run, issued, secrets, store } = await oneKey(1);
    const damaged = { id: 'key', tenantId: 'damaged', kind: 'key', due: 0 };
    await store.commit({ container: 'tokens', tenantId: 'damaged' }, [{ op: 'create', document: damaged }]);
    clock.time = issued.expires;
    await expect(run()).rejects.toMatchObject({ name: 'ZodError' });
    await run();
    expect(await secrets.get(issued.id)).toBe('disabled');
  });

  test('leaves keys of other tenants and those that last alone', async () => {
    const { clock, run, issued, keys, tenant, authenticate } = await oneKey(400);
    const other = await keys.issue(tenant.id, { validDays: 1 });
    clock.time = other.expires;
    await run();
    expect((await authenticate(`Bearer ${issued.key}`, '/scim/v2')).credential).toBe(issued.id);
  });
});
