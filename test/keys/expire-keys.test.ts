import { describe, expect, onTestFinished, test } from 'vitest';
import { expireKeys, type KeyWarning } from '../../lib/keys/expire-keys.ts';
import { createKeyVaultSecretStore } from '../../lib/keys/key-vault.ts';
import { toItem } from '../../lib/store/cosmos/item.ts';
import type { Document } from '../../lib/store/document-store.ts';
import { breakingStore } from '../directory/directory.ts';
import { startKeyVaultFake } from '../emulator/key-vault.ts';
import { type Deployment, day, openDeployment, startInstance } from './instance.ts';

async function oneKey(validDays = 60, others: Partial<Deployment> = {}) {
  const deployment = { ...(await openDeployment()), ...others };
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
    expect(await store.due('tokens', ['key'], { before: Number.MAX_SAFE_INTEGER, limit: 9 })).toEqual([]);
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

  describe.each(['local secrets', 'a vault'])('B2: with %s, a key that has ended', (place) => {
    const vaulted = async (): Promise<Partial<Deployment>> => {
      const { uri, token, cert, close } = await startKeyVaultFake();
      onTestFinished(close);
      const auth = { token };
      return {
        openSecrets: (parts) => createKeyVaultSecretStore({ uri, auth, tls: { ca: cert }, ...parts }),
      };
    };
    const open = async (validDays: number) =>
      oneKey(validDays, place === 'a vault' ? await vaulted() : undefined);

    test.each([1, 90, 365, 730])('is listed as ended for ninety days (valid for %i)', async (validDays) => {
      const { clock, run, issued, keys, tenant, secrets, store } = await open(validDays);
      for (const days of [0, 1, 30, 89]) {
        clock.time = issued.expires + days * day;
        await store.sweep({ before: clock.time, limit: 100 });
        await run();
        const { id, expires } = issued;
        expect(await keys.list(tenant.id)).toMatchObject([{ id, expires, status: 'expired' }]);
        expect(await secrets.get(issued.id)).toBe('disabled');
      }
      clock.time = issued.expires + 90 * day;
      await store.sweep({ before: clock.time, limit: 100 });
      await run();
      expect(await keys.list(tenant.id)).toEqual([]);
      expect(await secrets.get(issued.id)).toBeUndefined();
    });

    test('has no document that Cosmos DB would remove by its lifetime', async () => {
      const { issued, store } = await open(90);
      for (const [kind, id] of [
        ['key', 'key'],
        ['secret', 'secret'],
      ] as const) {
        const stored = await store.read({ container: 'tokens', tenantId: issued.id, kind, id });
        expect(stored && toItem(stored.document, { mark: 'm', now: 0 })).toMatchObject({ id });
        expect(stored && toItem(stored.document, { mark: 'm', now: 0 }).ttl).toBeUndefined();
      }
    });

    test('is still listed if version 0.2.0 issued it', async () => {
      const { clock, run, issued, keys, tenant, secrets, store } = await open(90);
      const key = { container: 'tokens', tenantId: issued.id, kind: 'key', id: 'key' } as const;
      const { ends, ...older } = (await store.read(key))?.document ?? { ends: 0 };
      const document = { ...older, expires: ends } as Document;
      await store.commit(key, [{ op: 'replace', document }]);
      expect(await keys.list(tenant.id)).toMatchObject([{ expires: ends, status: 'active' }]);
      clock.time = issued.expires - 30 * day;
      await run();
      clock.time = issued.expires + day;
      await store.sweep({ before: clock.time, limit: 100 });
      await run();
      expect(await keys.list(tenant.id)).toMatchObject([{ expires: ends, status: 'expired' }]);
      expect(await secrets.get(issued.id)).toBe('disabled');
    });

    test('is refused as expired, and one that was revoked as revoked', async () => {
      const { clock, run, issued, keys, tenant, authenticate, refusals } = await open(1);
      const revoked = await keys.issue(tenant.id, { validDays: 300 });
      await keys.revoke(tenant.id, revoked.id);
      for (const wait of [0, 2, 30]) {
        clock.time = issued.expires + wait * day;
        if (wait > 0) await run();
        refusals.length = 0;
        for (const { key } of [issued, revoked]) {
          await expect(authenticate(`Bearer ${key}`, '/scim/v2')).rejects.toMatchObject({ status: 401 });
        }
        const { id: tenantId } = tenant;
        expect(refusals).toMatchObject([
          { reason: 'expired', keyId: issued.id, tenantId },
          { reason: 'revoked', keyId: revoked.id, tenantId },
        ]);
      }
    });
  });

  test('leaves keys of other tenants and those that last alone', async () => {
    const { clock, run, issued, keys, tenant, authenticate } = await oneKey(400);
    const other = await keys.issue(tenant.id, { validDays: 1 });
    clock.time = other.expires;
    await run();
    expect((await authenticate(`Bearer ${issued.key}`, '/scim/v2')).credential).toBe(issued.id);
  });
});
