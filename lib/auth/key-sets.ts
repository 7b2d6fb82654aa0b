import { createLocalJWKSet, errors, type JWTVerifyGetKey, type LocalJWKSet } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { ScimError } from '../scim/errors.ts';

/** Answers the keys published at an address (RFC 7517), for jose to choose from. */
export type KeySets = (uri: string) => JWTVerifyGetKey;

interface KeySetParts {
  readonly now: Clock;
  /** Told of an address that does not answer with keys. */
  readonly log?: ((message: string, cause: unknown) => void) | undefined;
}

/** What is known of an address; times in milliseconds since 1970. */
interface Entry {
  keys?: LocalJWKSet;
  fetched: number;
  asked: number;
  failure?: unknown;
  flight?: Promise<void>;
}

/**
 * Keeps the key sets of other issuers. A set is asked for when it is old or lacks the key of a token, but seldom, and
 * believed for a day while its address does not answer. Without one that can be believed, verification rejects with
 * ScimError `unavailable`; a key that is not in the set rejects with jose's JWKSNoMatchingKey.
 */
export function createKeySets({ now, log }: KeySetParts): KeySets {
  const entries = new LRUCache<string, Entry>({ max: limits.keySetsMax });

  const isYoung = (since: number, seconds: number) => {
    const age = now() - since;
    return age >= 0 && age < seconds * 1000;
  };
  const entryOf = (uri: string): Entry => {
    const entry = entries.get(uri) ?? { fetched: -Infinity, asked: -Infinity };
    entries.set(uri, entry);
    return entry;
  };
  const ask = async (uri: string, entry: Entry): Promise<void> => {
    entry.asked = now();
    try {
      entry.keys = await fetchKeySet(uri);
      entry.fetched = entry.asked;
      entry.failure = undefined;
    } catch (cause) {
      entry.failure = cause;
      log?.(`The keys at ${uri} cannot be read`, cause);
    }
    entry.flight = undefined;
  };
  /** Asks, or waits for who has asked; does nothing when someone has of late. */
  const renew = async (uri: string, entry: Entry): Promise<void> => {
    if (!entry.flight && isYoung(entry.asked, limits.keySetRetrySeconds)) return;
    entry.flight ??= ask(uri, entry);
    await entry.flight;
  };
  const believed = (entry: Entry): LocalJWKSet => {
    if (entry.keys && isYoung(entry.fetched, limits.keySetStaleSecondsMax)) return entry.keys;
    throw unavailable(entry.failure);
  };

  return (uri) => async (header, token) => {
    const entry = entryOf(uri);
    if (!isYoung(entry.fetched, limits.keySetSecondsMax)) await renew(uri, entry);
    const keys = believed(entry);
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await renew(uri, entry);
      // Whether the key is a new one cannot be told at the moment.
      if (entry.failure !== undefined) throw unavailable(entry.failure);
      return believed(entry)(header, token);
    }
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
  throw new Error(`The address answers ${response.status}`);
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limits.keySetBytesMax) throw new Error('The key set is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
