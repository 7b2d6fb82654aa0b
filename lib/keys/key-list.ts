import * as z from 'zod';
import { KeyError } from './key-error.ts';

/** `key` is presented at the SCIM endpoint; `client` is a client secret, for which tokens are issued. */
export const keyKinds = ['key', 'client'] as const;
/** Where a key's secret is presented. */
export type KeyKind = (typeof keyKinds)[number];

/** A tenant's word on one of its keys; it outranks what the key's own documents say. */
export const keyRefSchema = z.object({
  id: z.string(),
  kind: z.enum(keyKinds).default('key'),
  status: z.enum(['active', 'revoked']),
  /** Milliseconds since 1970; from then on the key is refused. */
  expires: z.number(),
});
/** One entry of a tenant's list of keys. */
export type KeyRef = Readonly<z.infer<typeof keyRefSchema>>;

const words = { key: 'key', client: 'client secret' } as const satisfies Record<KeyKind, string>;

/** Keys that no longer count, kept for listing; the oldest leave first. */
const retiredKeysMax = 50;

/** Whether a listed key is to be accepted at this time. */
export function isActive(ref: KeyRef, now: number): boolean {
  return ref.status === 'active' && now < ref.expires;
}

/** The list with one key more; throws KeyError `exhausted` when `max` keys of its kind are active already. */
export function withKey(
  keys: readonly KeyRef[],
  added: KeyRef,
  { now, max }: { now: number; max: number },
): readonly KeyRef[] {
  const active = keys.filter((ref) => isActive(ref, now));
  const count = active.filter(({ kind }) => kind === added.kind).length;
  if (count >= max) {
    const some = `${count} active ${words[added.kind]}${count === 1 ? '' : 's'}`;
    throw new KeyError('exhausted', `The tenant has ${some} and its policy allows ${max}: revoke one first`);
  }
  const retired = keys.filter((ref) => !isActive(ref, now)).slice(-retiredKeysMax);
  return [...retired, ...active, added];
}

/** The list with one key revoked; throws KeyError `absent` when it is not listed. */
export function withoutKey(keys: readonly KeyRef[], id: string): readonly KeyRef[] {
  return changeKey(keys, id, (ref) => ({ ...ref, status: 'revoked' }));
}

/** The list with every key of a kind revoked. */
export function withoutKeys(keys: readonly KeyRef[], kind: KeyKind): readonly KeyRef[] {
  return keys.map((ref) => (ref.kind === kind ? { ...ref, status: 'revoked' } : ref));
}

/** The list with one key ending by then; throws KeyError `absent` when it is not listed. */
export function withKeyEnding(keys: readonly KeyRef[], id: string, expires: number): readonly KeyRef[] {
  return changeKey(keys, id, (ref) => ({ ...ref, expires: Math.min(ref.expires, expires) }));
}

function changeKey(keys: readonly KeyRef[], id: string, change: (ref: KeyRef) => KeyRef): readonly KeyRef[] {
  if (!keys.some((ref) => ref.id === id)) {
    throw new KeyError('absent', 'The tenant has no key with this id');
  }
  return keys.map((ref) => (ref.id === id ? change(ref) : ref));
}
