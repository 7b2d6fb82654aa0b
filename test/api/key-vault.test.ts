import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeyVaultFake, startKeyVaultFake } from '../emulator/key-vault.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { type Endpoint, scim, startEndpoint } from '../support/endpoint.ts';
import { documentsOf } from '../support/engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-vault-'));
let cosmos: Awaited<ReturnType<typeof startEmulator>>;
let fake: KeyVaultFake;
let endpoint: Endpoint;
const database = randomUUID();

beforeAll(async () => {
  [cosmos, fake] = await Promise.all([startEmulator(), startKeyVaultFake()]);
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, fake.cert);
  endpoint = await startEndpoint({
    env: {
      COSMOS_ENDPOINT: cosmos.endpoint,
      COSMOS_KEY: emulatorKey,
      COSMOS_DATABASE: database,
      KEY_VAULT_URI: fake.uri,
      KEY_VAULT_TOKEN: fake.token,
      NODE_EXTRA_CA_CERTS: authority,
    },
  });
});
afterAll(async () => {
  await endpoint?.stop();
  await fake?.close();
  await cosmos?.close();
  rmSync(folder, { recursive: true });
});

describe('An endpoint on Cosmos DB and Key Vault', () => {
  test('issues a key, takes it and revokes it; the vault has its hash alone', async () => {
    const { tenantId, token, tenantUrl } = await endpoint.createTenant({ name: 'Contoso' });
    const [, keyId = '', secret = ''] = token.split('_');
    expect((await scim({ tenantUrl, token }, 'GET', '/Users')).status).toBe(200);

    const name = `key-${keyId}`;
    expect(fake.vault.versions(name)).toMatchObject([{ tags: { tenant: tenantId, pepper: 'pepper-v1' } }]);
    expect(JSON.stringify(fake.vault.versions(name))).not.toContain(secret);
    expect(fake.vault.names()).toContain('server-pepper-v1');

    const revoked = await endpoint.manage('DELETE', `/manage/tenants/${tenantId}/keys/${keyId}`);
    expect(revoked.status).toBe(204);
    expect((await scim({ tenantUrl, token }, 'GET', '/Users')).status).toBe(401);
    expect(fake.vault.versions(name)).toMatchObject([{ attributes: { enabled: false } }]);
  });

  test('goes on serving known keys while the vault is out, and puts off new ones with Retry-After', async () => {
    const tenant = await endpoint.createTenant({ name: 'Fabrikam' });
    expect((await scim(tenant, 'GET', '/Users')).status).toBe(200);
    for (const [fault, status, wait] of [
      [503, 503, '1'],
      [429, 429, '7'],
    ] as const) {
      fake.befall(() => fault);
      expect((await scim(tenant, 'GET', '/Users')).status).toBe(200);
      const issued = await endpoint.manage('POST', `/manage/tenants/${tenant.tenantId}/keys`, {});
      expect([issued.status, issued.headers.get('retry-after')]).toEqual([status, wait]);
    }
    fake.befall(() => undefined);
    expect((await endpoint.manage('POST', `/manage/tenants/${tenant.tenantId}/keys`, {})).status).toBe(201);
  });

  test('prints no secret and keeps none in the database', async () => {
    const { token } = await endpoint.createTenant({ name: 'Northwind' });
    const [, keyId = '', secret = ''] = token.split('_');
    const values = fake.vault.names().flatMap((name) => fake.vault.versions(name).map(({ value }) => value));
    expect(values.length).toBeGreaterThan(2);
    const account = { endpoint: cosmos.endpoint, database, auth: { key: emulatorKey } };
    const documents = (await documentsOf(account)).join('\n');
    expect(documents).toContain(keyId);
    for (const value of [...values, secret]) {
      expect(endpoint.output()).not.toContain(value);
      expect(documents).not.toContain(value);
    }
  });
});
