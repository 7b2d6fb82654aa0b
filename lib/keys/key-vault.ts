import { isRestError, type TlsSettings } from '@azure/core-rest-pipeline';
import { type KeyVaultSecret, SecretClient } from '@azure/keyvault-secrets';
import * as z from 'zod';
import { type DocumentStore, StoreError } from '../store/document-store.ts';
import { firstWritten } from './first-written.ts';
import type { SecretRecord, SecretStore } from './secret-store.ts';
import { patientPolicy } from './vault-exchange.ts';

const serverSecretBytes = 32;
/** The content type of a key's secret; another way of hashing gets another. */
const hashScheme = 'application/vnd.muster.hmac-sha256';

/** Which vault holds the secrets, and how it is entered. */
interface KeyVaultOptions {
  /** `https://name.vault.azure.net`. */
  readonly uri: string;
  /** Who this program is, or a token for a stand-in of Key Vault. */
  readonly auth: { readonly credential: Credential } | { readonly token: string };
  /** Whom to trust instead of the authorities that Node trusts. */
  readonly tls?: TlsSettings;
  /** Decides between instances, since Key Vault takes a second secret of a name for a new version. */
  readonly store: DocumentStore;
  readonly randomBytes: (bytes: number) => Buffer;
}
type Credential = ConstructorParameters<typeof SecretClient>[1];

/** Keeps secrets in an Azure Key Vault; connects when first used. */
export function createKeyVaultSecretStore({ store, randomBytes, ...options }: KeyVaultOptions): SecretStore {
  const client = connect(options);

  const setServerSecret = async (name: string): Promise<{ version: string }> => {
    const value = randomBytes(serverSecretBytes).toString('base64url');
    const set = await answerOf(client.setSecret(name, value, { contentType: 'application/octet-stream' }));
    return { version: versionOf(expectSecret(set, name)) };
  };

  return {
    async put(keyId, record) {
      const document = { id: 'secret', tenantId: keyId, kind: 'secret' };
      await store.commit({ container: 'tokens', tenantId: keyId }, [{ op: 'create', document }]);
      const { value, ...properties } = toSecret(record);
      const set = await answerOf(client.setSecret(keyName(keyId), value, properties));
      if (set === 'taken') throw new StoreError('conflict', { change: 0 });
    },

    async get(keyId) {
      const found = await answerOf(client.getSecret(keyName(keyId)));
      if (found === 'disabled') return found;
      return found === 'absent' ? undefined : toRecord(expectSecret(found, keyName(keyId)));
    },

    async disable(keyId) {
      const name = keyName(keyId);
      const found = await answerOf(client.getSecret(name));
      if (found === 'absent' || found === 'disabled') return;
      const version = versionOf(expectSecret(found, name));
      await answerOf(client.updateSecretProperties(name, version, { enabled: false }));
    },

    async remove(keyId) {
      await answerOf(client.beginDeleteSecret(keyName(keyId)));
    },

    async serverSecret(name) {
      const inVault = nameOf('server', name);
      const propose = () => setServerSecret(inVault);
      const document = await firstWritten(store, { kind: 'vault-secret', id: `vault:${name}` }, propose);
      const { version } = versionSchema.parse(document);
      const found = expectSecret(await answerOf(client.getSecret(inVault, { version })), inVault);
      return Buffer.from(z.base64url().parse(found.value), 'base64url');
    },
  };
}

function connect({ uri, auth, tls }: Pick<KeyVaultOptions, 'uri' | 'auth' | 'tls'>): SecretClient {
  const isStandIn = 'token' in auth;
  return new SecretClient(uri, isStandIn ? fixedToken(auth.token) : auth.credential, {
    // A stand-in challenges for Key Vault's own domain, which is not where it is.
    disableChallengeResourceVerification: isStandIn,
    // The same whatever version of the SDK speaks it.
    serviceVersion: '7.6',
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: patientPolicy, position: 'perCall' }],
    tlsOptions: tls,
  });
}

function fixedToken(token: string): Credential {
  return { getToken: async () => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
}

/** Names ignore case, may be copied around the world and are never used again. */
function nameOf(use: 'key' | 'server', id: string): string {
  const name = `${use}-${id}`;
  if (!/^[0-9a-z-]{1,127}$/.test(name)) throw new Error(`Not the name of a secret: ${name}`);
  return name;
}
const keyName = (keyId: string) => nameOf('key', keyId);

function toSecret({ hash, pepper, expires, tags }: SecretRecord) {
  const expiresOn = new Date(Math.ceil(expires / 1_000) * 1_000);
  return { value: hash, contentType: hashScheme, enabled: true, expiresOn, tags: { ...tags, pepper } };
}

const keySecretSchema = z.object({
  value: z.base64url(),
  properties: z.object({
    contentType: z.literal(hashScheme),
    expiresOn: z.date(),
    tags: z.record(z.string(), z.string()).and(z.object({ pepper: z.string() })),
  }),
});
const versionSchema = z.object({ version: z.string() });

/** Rejects what was not written by `put`, such as a version that a person has added. */
function toRecord(secret: KeyVaultSecret): SecretRecord {
  const { data, error } = keySecretSchema.safeParse(secret);
  if (!data) {
    throw new Error(`Secret ${secret.name} is not a key's: disable this version of it`, { cause: error });
  }
  const { pepper, ...tags } = data.properties.tags;
  return { hash: data.value, pepper, expires: data.properties.expiresOn.getTime(), tags };
}

function versionOf({ name, properties: { version } }: KeyVaultSecret): string {
  if (version === undefined) throw new Error(`Key Vault does not tell the version of ${name}`);
  return version;
}

function expectSecret(answer: KeyVaultSecret | Refusal, name: string): KeyVaultSecret {
  if (typeof answer !== 'string') return answer;
  const cause = new Error(`Secret ${name} is ${answer} in the Key Vault: recover or enable it there`);
  throw new StoreError('unavailable', { cause });
}

/** `taken`: of a secret that was deleted, but not purged. */
type Refusal = 'absent' | 'disabled' | 'taken';

const disabledSchema = z.object({
  error: z.object({ innerError: z.object({ code: z.literal('SecretDisabled') }) }),
});

/** What Key Vault answers about a secret; rejects with a StoreError when it tells nothing about it. */
async function answerOf<T>(question: Promise<T>): Promise<T | Refusal> {
  try {
    return await question;
  } catch (error) {
    const { statusCode, code, details } = isRestError(error) ? error : {};
    // Without a code a proxy has answered, and then every key would seem unknown.
    if (statusCode === 404 && code !== undefined) return 'absent';
    if (statusCode === 409) return 'taken';
    if (statusCode === 403 && disabledSchema.safeParse(details).success) return 'disabled';
    if (statusCode === 400 || error instanceof StoreError) throw error;
    throw new StoreError('unavailable', { cause: error });
  }
}
