import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createKeyVaultSecretStore } from '../../lib/keys/key-vault.ts';
import type { SecretStore } from '../../lib/keys/secret-store.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { type KeyVaultFake, startKeyVaultFake, type VaultFault } from '../emulator/key-vault.ts';

let fake: KeyVaultFake;
let store: DocumentStore;
let secrets: SecretStore;

/** One more instance, which has not been challenged yet. */
const join = () => {
  const { uri, token, cert } = fake;
  return createKeyVaultSecretStore({ uri, auth: { token }, tls: { ca: cert }, store, randomBytes });
};

beforeAll(async () => {
  fake = await startKeyVaultFake();
});
afterAll(() => fake?.close());
beforeEach(() => {
  fake.befall(() => undefined);
  store = openEmbeddedStore({ path: ':memory:' });
  secrets = join();
  return () => store.close();
});

let ids = 0;
const freshKeyId = () =>
  `abcdefgh${(ids++).toString(2).padStart(4, '0').replace(/0/g, 'y').replace(/1/g, 'z')}`;
const record = {
  hash: Buffer.alloc(32, 7).toString('base64url'),
  pepper: 'pepper-v1',
  expires: Date.UTC(2027, 0, 1),
  tags: { tenant: 't1' },
};

/** These befall the authorized requests, one after the other, and then none. */
function inject(...faults: readonly VaultFault[]): void {
  const left = [...faults];
  fake.befall(({ isAuthorized }) => (isAuthorized ? left.shift() : undefined));
}

async function attemptsOf(work: () => Promise<unknown>): Promise<number> {
  const before = fake.requests.length;
  await work();
  return fake.requests.length - before;
}

describe('createKeyVaultSecretStore() keeps', () => {
  test('of a key its hash, scheme, expiry, tenant and pepper', async () => {
    const keyId = freshKeyId();
    await secrets.put(keyId, record);
    expect(fake.vault.versions(`key-${keyId}`)).toEqual([
      {
        version: expect.any(String),
        value: record.hash,
        contentType: 'application/vnd.muster.hmac-sha256',
        attributes: { enabled: true, exp: record.expires / 1_000 },
        tags: { tenant: 't1', pepper: 'pepper-v1' },
      },
    ]);
  });

  test('one version of a server secret, though a person adds another', async () => {
    const first = await secrets.serverSecret('pepper-v1');
    expect(fake.vault.versions('server-pepper-v1').at(-1)?.value).toBe(
      Buffer.from(first).toString('base64url'),
    );
    fake.vault.set('server-pepper-v1', { value: 'someone' });
    expect(await join().serverSecret('pepper-v1')).toEqual(first);
  });

  test('the server secret that it has when the database was restored from before its creation', async () => {
    const first = await secrets.serverSecret('links-v1');
    store = openEmbeddedStore({ path: ':memory:' });
    expect(await join().serverSecret('links-v1')).toEqual(first);
    expect(fake.vault.versions('server-links-v1')).toHaveLength(1);
    fake.vault.set('server-links-v1', { value: 'someone' });
    store = openEmbeddedStore({ path: ':memory:' });
    const fresh = await join().serverSecret('links-v1');
    expect(fresh).toHaveLength(32);
    expect(fresh).not.toEqual(first);
  });

  test('nothing under a name that Key Vault would take for another', async () => {
    const before = fake.requests.length;
    for (const name of ['Pepper', 'pepper/v1', 'pepper_v1', 'a'.repeat(128)]) {
      await expect(secrets.serverSecret(name)).rejects.toThrow('cannot be the name of a secret');
    }
    expect(fake.requests.length).toBe(before);
  });
});

describe('createKeyVaultSecretStore() answers', () => {
  test('conflict for a name that was deleted in the vault and is kept there', async () => {
    const keyId = freshKeyId();
    await secrets.put(keyId, record);
    await secrets.remove(keyId);
    const emptied = openEmbeddedStore({ path: ':memory:' });
    const { uri, token, cert } = fake;
    const restored = createKeyVaultSecretStore({
      ...{ uri, auth: { token }, tls: { ca: cert }, randomBytes },
      store: emptied,
    });
    await expect(restored.put(keyId, record)).rejects.toMatchObject({ name: 'StoreError', kind: 'conflict' });
    await emptied.close();
  });

  test('a failure that names the secret when a person has put something else in its place', async () => {
    const keyId = freshKeyId();
    await secrets.put(keyId, record);
    fake.vault.set(`key-${keyId}`, { value: 'someone' });
    await expect(secrets.get(keyId)).rejects.toThrow(
      `Secret key-${keyId} in the Key Vault holds no hash of a key`,
    );
  });

  test('unavailable when the version of a server secret is gone, and names it for the log', async () => {
    const version = 'f'.repeat(32);
    const document = { id: 'vault:lost-v1', tenantId: '_server', kind: 'vault-secret', version };
    await store.commit({ container: 'tokens', tenantId: '_server' }, [{ op: 'create', document }]);
    const error = await secrets.serverSecret('lost-v1').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect(String((error as Error).cause)).toContain('Secret server-lost-v1 is absent in the Key Vault');
  });

  test.each<[string, VaultFault, object, number]>([
    ['unavailable when its identity has no role', 403, { kind: 'unavailable' }, 1],
    ['unavailable for a 404 that is not about a secret', 404, { kind: 'unavailable' }, 1],
    ['throttled, at once, when the wait is too long', 429, { kind: 'throttled', retryAfterSeconds: 7 }, 1],
    ['unavailable after three attempts', 503, { kind: 'unavailable' }, 3],
    ['unavailable when answers are lost', 'lost', { kind: 'unavailable' }, 3],
  ])('%s', async (_, fault, failure, attempts) => {
    await secrets.get(freshKeyId());
    const keyId = freshKeyId();
    inject(fault, fault, fault, fault);
    const made = await attemptsOf(() =>
      expect(secrets.get(keyId)).rejects.toMatchObject({ name: 'StoreError', ...failure }),
    );
    expect(made).toBe(attempts);
  });

  test('as if nothing had been when an attempt fails or is lost', async () => {
    for (const faults of [[503, 500], ['lost'], ['lost', 503]] as const) {
      const keyId = freshKeyId();
      inject(...faults);
      await secrets.put(keyId, record);
      inject(...faults);
      expect(await secrets.get(keyId)).toEqual(record);
      inject(...faults);
      await secrets.disable(keyId);
      expect(await secrets.get(keyId)).toBe('disabled');
      inject(...faults);
      await secrets.remove(keyId);
      expect(await secrets.get(keyId)).toBeUndefined();
    }
  });

  test('once more when an attempt is not answered in time', async () => {
    const keyId = freshKeyId();
    await secrets.put(keyId, record);
    inject('silent');
    expect(await secrets.get(keyId)).toEqual(record);
  });

  test('a failure that holds no value of a secret', async () => {
    const keyId = freshKeyId();
    inject(403);
    const error = await secrets.put(keyId, record).catch((thrown: unknown) => thrown);
    const texts: string[] = [];
    for (let cause = error; cause instanceof Error; cause = cause.cause) texts.push(cause.stack ?? '');
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join('\n')).not.toContain(record.hash);
  });
});

describe('createKeyVaultSecretStore(), before it has a token,', () => {
  test('sends no value to whoever has not asked for a token', async () => {
    const before = fake.requests.length;
    await secrets.put(freshKeyId(), record);
    expect(fake.requests.slice(before)).toMatchObject([
      { isAuthorized: false, hasBody: false },
      { isAuthorized: true, hasBody: true },
    ]);
  });

  test('writes what it is to write though another request is challenged first', async () => {
    const keyId = freshKeyId();
    let challengePut = () => {};
    const held = new Promise<void>((resolve) => {
      challengePut = resolve;
    });
    fake.befall(async ({ method, isAuthorized }) => {
      if (method === 'PUT' && !isAuthorized) await held;
      return undefined;
    });
    const put = secrets.put(keyId, record);
    await expect.poll(() => fake.requests.some(({ path }) => path.includes(keyId))).toBe(true);
    await secrets.get(freshKeyId());
    challengePut();
    await put;
    expect(fake.vault.versions(`key-${keyId}`).map(({ value }) => value)).toEqual([record.hash]);
  });

  test('gives no token of its identity to a host outside of Key Vault', async () => {
    let asked = 0;
    const credential = {
      getToken: async () => {
        asked += 1;
        return { token: 'real', expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
      },
    };
    const { uri, cert } = fake;
    const strict = createKeyVaultSecretStore({
      ...{ uri, auth: { credential }, tls: { ca: cert }, store, randomBytes },
    });
    await expect(strict.get(freshKeyId())).rejects.toMatchObject({ kind: 'unavailable' });
    expect(asked).toBe(0);
  });

  test('trusts no host whose certificate it does not know', async () => {
    const { uri, token } = fake;
    const stranger = createKeyVaultSecretStore({ uri, auth: { token }, store, randomBytes });
    const before = fake.requests.length;
    await expect(stranger.get(freshKeyId())).rejects.toMatchObject({ kind: 'unavailable' });
    expect(fake.requests.length).toBe(before);
  });
});
