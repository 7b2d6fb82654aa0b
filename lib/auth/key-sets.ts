import { createLocalJWKSet, errors, type JWTVerifyGetKey, type LocalJWKSet } from 'jose';
import { LRUCache } from 'lru-cache';
import { isRecent } from '../base/is-recent.ts';
import { limits } from '../base/limits.ts';
import { ScimError } from '../scim/errors.ts';
import type { AuthScope } from './scope.ts';

/** Creates the function with which jose finds a key in the set that is published at an address (RFC 7517). */
export type KeySets = (uri: string) => JWTVerifyGetKey;

type KeySetScope = Pick<AuthScope, 'now' | 'log'>;

/**
 * Caches the key sets of other issuers. A set is fetched when it is old or lacks the key of a token, at most
 * once in `limits.keySetRetrySeconds`. While its address does not answer, a set is used up to
 * `limits.keySetStaleSecondsMax`.
 *
 * Verification rejects with ScimError `unavailable` if no such set is known, and with jose's
 * JWKSNoMatchingKey if the set lacks the key.
 */
export function createKeySets(scope: KeySetScope): KeySets {
  const memoMethod = (uri: string) => createKeySet(uri, scope);
  const keySets = new LRUCache<string, JWTVerifyGetKey>({ max: limits.keySetsMax, memoMethod });
  return (uri) => keySets.memo(uri);
}

function createKeySet(uri: string, { now, log }: KeySetScope): JWTVerifyGetKey {
  let keys: LocalJWKSet | undefined;
  let fetched = -Infinity;
  let asked = -Infinity;
  let failure: unknown;
  let question: Promise<void> | undefined;

  const ask = async () => {
    asked = now();
    try {
      keys = await fetchKeySet(uri);
      fetched = asked;
      failure = undefined;
    } catch (cause) {
      failure = cause;
      log?.(`The keys at ${uri} could not be read`, cause);
    }
    question = undefined;
  };
  const askSeldom = async () => {
    if (!question && isRecent(asked, limits.keySetRetrySeconds, now())) return;
    question ??= ask();
    await question;
  };
  const believed = (): LocalJWKSet => {
    if (keys && isRecent(fetched, limits.keySetStaleSecondsMax, now())) return keys;
    throw unavailable(failure);
  };

  return async (header, token) => {
    if (!isRecent(fetched, limits.keySetSecondsMax, now())) await askSeldom();
    try {
      return await believed()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await askSeldom();
    // While the address does not answer, the key may be a new one.
    if (failure !== undefined) throw unavailable(failure);
    return believed()(header, token);
  };
}

function unavailable(cause: unknown): ScimError {
  const headers = { 'Retry-After': String(limits.keySetRetrySeconds) };
  return new ScimError('unavailable', { cause, headers });
}

async function fetchKeySet(uri: string): Promise<LocalJWKSet> {
  const signal = AbortSignal.timeout(limits.keySetMillisecondsMax);
  const headers = { accept: 'application/json' };
  const response = await fetch(uri, { redirect: 'error', signal, headers });
  if (response.ok) return createLocalJWKSet(JSON.parse(await readText(response)));
  await response.body?.cancel();
  throw new Error(`The address answered ${response.status}`);
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limits.keySetBytesMax)
      throw new Error(`The key set has more than ${limits.keySetBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
