import {
  isRestError,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  type SendRequest,
  type TlsSettings,
} from '@azure/core-rest-pipeline';
import { type KeyVaultSecret, SecretClient } from '@azure/keyvault-secrets';
import * as z from 'zod';
import { type AttemptFailure, Backoff } from '../base/backoff.ts';
import { limits } from '../base/limits.ts';
import { type DocumentStore, StoreError } from '../store/document-store.ts';
import { firstWritten, removeFirstWritten } from './first-written.ts';
import { type SecretRecord, type SecretStore, secretKind } from './secret-store.ts';

const serverSecretBytes = 32;
const serverSecretType = 'application/octet-stream';
/** The content type of a key's secret; another hash algorithm needs another content type. */
const hashScheme = 'application/vnd.muster.hmac-sha256';

/** The vault that holds the secrets, and the way to connect to it. */
interface KeyVaultOptions {
  /** `https://name.vault.azure.net`. */
  readonly uri: string;
  /** The identity of this app, or a token for a stand-in of Key Vault. */
  readonly auth: { readonly credential: Credential } | { readonly token: string };
  /** Certificate authorities to trust instead of those that Node trusts. */
  readonly tls?: TlsSettings;
  /** Decides between instances, because Key Vault stores a second secret of one name as a new version. */
  readonly store: DocumentStore;
  readonly randomBytes: (bytes: number) => Buffer;
}
type Credential = ConstructorParameters<typeof SecretClient>[1];

/** Keeps secrets in an Azure Key Vault; connects on first use. */
export function createKeyVaultSecretStore({ store, randomBytes, ...options }: KeyVaultOptions): SecretStore {
  const client = connect(options);

  /** Chooses the version that the vault has, as it does after the database was restored from before its creation. */
  const chooseServerSecret = async (name: string): Promise<{ version: string }> => {
    const found = await answerOf(client.getSecret(name));
    if (typeof found !== 'string' && isServerSecret(found)) return { version: versionOf(found) };
    const value = randomBytes(serverSecretBytes).toString('base64url');
    const set = await answerOf(client.setSecret(name, value, { contentType: serverSecretType }));
    return { version: versionOf(expectSecret(set, name)) };
  };

  return {
    async put(keyId, record) {
      const document = { id: 'secret', tenantId: keyId, kind: secretKind };
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
      const propose = () => chooseServerSecret(inVault);
      const document = await firstWritten(store, { kind: 'vault-secret', id: `vault:${name}` }, propose);
      const { version } = versionSchema.parse(document);
      const found = expectSecret(await answerOf(client.getSecret(inVault, { version })), inVault);
      return Buffer.from(z.base64url().parse(found.value), 'base64url');
    },

    async removeServerSecret(name) {
      await answerOf(client.beginDeleteSecret(nameOf('server', name)));
      await removeFirstWritten(store, { kind: 'vault-secret', id: `vault:${name}` });
    },
  };
}

function connect({ uri, auth, tls }: Pick<KeyVaultOptions, 'uri' | 'auth' | 'tls'>): SecretClient {
  const isStandIn = 'token' in auth;
  return new SecretClient(uri, isStandIn ? fixedToken(auth.token) : auth.credential, {
    // A stand-in challenges for Key Vault's domain although it has another address.
    disableChallengeResourceVerification: isStandIn,
    // Stated here, so that an update of the SDK does not change the version of the API.
    serviceVersion: '7.6',
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: patientPolicy, position: 'perCall' }],
    tlsOptions: tls,
  });
}

function fixedToken(token: string): Credential {
  return { getToken: async () => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
}

/** Builds a secret's name. Key Vault ignores the case of names and may copy them to other regions. */
function nameOf(use: 'key' | 'server', id: string): string {
  const name = `${use}-${id}`;
  if (!/^[0-9a-z-]{1,127}$/.test(name)) throw new Error(`${name} cannot be the name of a secret`);
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

/** Reads a key's secret; throws an Error for one that `put` did not write, such as one added by hand. */
function toRecord(secret: KeyVaultSecret): SecretRecord {
  const { data, error } = keySecretSchema.safeParse(secret);
  if (!data) {
    throw new Error(
      `Secret ${secret.name} in the Key Vault holds no hash of a key: disable this version of it`,
      { cause: error },
    );
  }
  const { pepper, ...tags } = data.properties.tags;
  return { hash: data.value, pepper, expires: data.properties.expiresOn.getTime(), tags };
}

/** Tests if a secret was made by Muster, and not put in its place by a person. */
function isServerSecret({ value = '', properties: { contentType } }: KeyVaultSecret): boolean {
  const bytes = Buffer.from(value, 'base64url');
  return contentType === serverSecretType && bytes.length === serverSecretBytes;
}

function versionOf({ name, properties: { version } }: KeyVaultSecret): string {
  if (version === undefined) throw new Error(`Key Vault returns no version of secret ${name}`);
  return version;
}

function expectSecret(answer: KeyVaultSecret | Refusal, name: string): KeyVaultSecret {
  if (typeof answer !== 'string') return answer;
  const cause = new Error(`Secret ${name} is ${answer} in the Key Vault: recover or enable it there`);
  throw new StoreError('unavailable', { cause });
}

/** `taken`: a secret of this name was deleted, but not purged. */
type Refusal = 'absent' | 'disabled' | 'taken';

const disabledSchema = z.object({
  error: z.object({ innerError: z.object({ code: z.literal('SecretDisabled') }) }),
});

/** Awaits Key Vault's answer or refusal; rejects with StoreError `unavailable` if it gives neither. */
async function answerOf<T>(question: Promise<T>): Promise<T | Refusal> {
  try {
    return await question;
  } catch (error) {
    const { statusCode, code, details } = isRestError(error) ? error : {};
    // An answer without a code comes from a proxy. Accepting it would make every key seem unknown.
    if (statusCode === 404 && code !== undefined) return 'absent';
    if (statusCode === 409) return 'taken';
    if (statusCode === 403 && disabledSchema.safeParse(details).success) return 'disabled';
    if (statusCode === 400 || error instanceof StoreError) throw error;
    throw new StoreError('unavailable', { cause: error });
  }
}

const bounds = {
  triesMax: limits.vaultTriesMax,
  waitMillisecondsMax: limits.vaultWaitMillisecondsMax,
};

/**
 * Repeats requests to Key Vault within the bounds of `limits`. It replaces the SDK's own retries, which wait
 * as long as Retry-After says. Rejects with StoreError `throttled` or `unavailable`; passes on every other
 * answer.
 */
const patientPolicy: PipelinePolicy = {
  name: 'patientPolicy',
  async sendRequest(request, next) {
    const { body } = request;
    const backoff = new Backoff(bounds);
    for (;;) {
      if (body !== undefined) request.body = body;
      const outcome = await attempt(request, next);
      if (!('status' in outcome)) await backoff.wait(outcome);
      // The SDK holds a body back until the challenge, and loses it if another request is challenged first.
      else if (body === undefined || request.body === body) return outcome;
    }
  },
};

/** Sends the request once; token, challenge and answer share one time limit. */
async function attempt(
  request: PipelineRequest,
  next: SendRequest,
): Promise<PipelineResponse | AttemptFailure> {
  const milliseconds = limits.vaultAttemptMillisecondsMax;
  // Limits one exchange. Aborting all would abort the token too, which the next attempt may still await.
  request.timeout = milliseconds;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer in ${milliseconds} ms`)), milliseconds);
  });
  try {
    const response = await Promise.race([next(request), late]);
    return failureIn(response) ?? response;
  } catch (cause) {
    const error = new StoreError('unavailable', { cause });
    return { error, isTransient: true, retryAfterMilliseconds: undefined };
  } finally {
    clearTimeout(timer);
  }
}

function failureIn({ status, headers }: PipelineResponse): AttemptFailure | undefined {
  if (status !== 408 && status !== 429 && status < 500) return undefined;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
  const cause = new Error(`Key Vault answers ${status}`);
  const error = new StoreError(status === 429 ? 'throttled' : 'unavailable', {
    cause,
    retryAfterSeconds,
  });
  const retryAfterMilliseconds = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
  return { error, isTransient: true, retryAfterMilliseconds };
}
