import { beforeEach, describe, expect, test } from 'vitest';
import { mintKey } from '../../lib/keys/key-format.ts';
import { createKeyVaultSecretStore } from '../../lib/keys/key-vault.ts';
import { ScimError } from '../../lib/scim/errors.ts';
import { type KeyVaultFake, startKeyVaultFake } from '../emulator/key-vault.ts';
import { type Deployment, openDeployment, startInstance } from '../keys/instance.ts';

const path = '/scim/v2';
let fake: KeyVaultFake;
beforeEach(async () => {
  fake = await startKeyVaultFake();
  return () => fake.close();
});

/** A key that one instance has issued and another has seen. */
async function oneKey() {
  const { uri, token, cert } = fake;
  const deployment: Deployment = {
    ...(await openDeployment()),
    openSecrets: (parts) => createKeyVaultSecretStore({ uri, auth: { token }, tls: { ca: cert }, ...parts }),
  };
  const [here, there] = [startInstance(deployment), startInstance(deployment)];
  const tenant = await here.tenants.create({ name: 'Contoso' });
  const issued = await here.keys.issue(tenant.id, {});
  const knock = () => there.authenticate(`Bearer ${issued.key}`, path);
  await knock();
  return { deployment, clock: deployment.clock, here, there, tenant, issued, knock };
}

describe('While Key Vault is out, an instance', () => {
  test.each([503, 429] as const)(
    'that knows a key accepts it for 15 minutes, then says %i',
    async (status) => {
      const { clock, knock, issued, there } = await oneKey();
      fake.befall(() => status);
      const start = clock.time;
      for (const minutes of [1, 8, 14.9]) {
        clock.time = start + minutes * 60_000;
        expect((await knock()).credential).toBe(issued.id);
      }
      clock.time = start + 15 * 60_000;
      const kind = status === 503 ? 'unavailable' : 'throttled';
      await expect(knock()).rejects.toMatchObject({ name: 'StoreError', kind });
      expect(there.refusals).toEqual([]);

      fake.befall(() => undefined);
      expect((await knock()).credential).toBe(issued.id);
    },
  );

  test('that does not know a key does not call it unknown', async () => {
    const { deployment, issued } = await oneKey();
    fake.befall(() => 503);
    const cold = startInstance(deployment);
    await expect(cold.authenticate(`Bearer ${issued.key}`, path)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(cold.refusals).toEqual([]);
  });

  test('refuses a revoked key within 60 s, since the tenant says so', async () => {
    const { clock, here, there, tenant, issued, knock } = await oneKey();
    fake.befall(() => 503);
    await expect(here.keys.revoke(tenant.id, issued.id)).rejects.toMatchObject({ kind: 'unavailable' });
    clock.time += 59_999;
    expect((await knock()).credential).toBe(issued.id);
    clock.time += 1;
    await expect(knock()).rejects.toBeInstanceOf(ScimError);
    expect(there.refusals).toMatchObject([{ reason: 'revoked', tenantId: tenant.id }]);
  });

  test('refuses a key at its end', async () => {
    const { clock, issued, knock, there } = await oneKey();
    clock.time = issued.expires - 1_000;
    await knock();
    fake.befall(() => 503);
    clock.time += 1_000;
    await expect(knock()).rejects.toBeInstanceOf(ScimError);
    expect(there.refusals).toMatchObject([{ reason: 'expired' }]);
  });

  test('finishes a revocation when it is repeated afterwards', async () => {
    const { here, tenant, issued } = await oneKey();
    fake.befall(() => 503);
    await expect(here.keys.revoke(tenant.id, issued.id)).rejects.toMatchObject({ kind: 'unavailable' });
    fake.befall(() => undefined);
    await here.keys.revoke(tenant.id, issued.id);
    expect(fake.vault.versions(`key-${issued.id}`).at(-1)?.attributes?.enabled).toBe(false);
  });
});

describe('A key that was made up', () => {
  test('asks the vault nothing, which answers few questions a second', async () => {
    const {
      there: { authenticate },
    } = await oneKey();
    const before = fake.requests.length;
    for (let n = 2; n < 50; n += 1) {
      const { text } = mintKey((count) => Buffer.alloc(count, n));
      await expect(authenticate(`Bearer ${text}`, path)).rejects.toThrow();
    }
    expect(fake.requests.length - before).toBe(0);
  });
});

describe('A key whose secret a person disables in the vault', () => {
  test('is refused within 60 s by its audit reason, not as a failure', async () => {
    const { clock, there, here, tenant, issued, knock } = await oneKey();
    await here.secrets.disable(issued.id);
    clock.time += 60_000;
    await expect(knock()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(there.refusals).toEqual([{ reason: 'revoked', keyId: issued.id, tenantId: tenant.id }]);
  });
});

describe('An instance that keeps secrets in Key Vault', () => {
  test('asks the vault nothing while it is warm, and once for each key in a minute', async () => {
    const { clock, knock } = await oneKey();
    const before = fake.requests.length;
    for (let second = 0; second < 59; second += 1) {
      clock.time += 1_000;
      await knock();
    }
    expect(fake.requests.length - before).toBe(0);
    clock.time += 1_000;
    await Promise.all([knock(), knock()]);
    expect(fake.requests.length - before).toBe(1);
  });

  test('issues to a tenant, and disables what the tenant came not to list', async () => {
    const { here, tenant } = await oneKey();
    const known = fake.vault.names();
    const race = Array.from({ length: 4 }, () => here.keys.issue(tenant.id, {}));
    const settled = await Promise.allSettled(race);
    const issued = settled.flatMap((one) => (one.status === 'fulfilled' ? [`key-${one.value.id}`] : []));
    expect(issued).toHaveLength(1);
    for (const name of fake.vault.names().filter((one) => !known.includes(one))) {
      expect(fake.vault.versions(name).at(-1)?.attributes?.enabled).toBe(issued.includes(name));
    }
  });
});
