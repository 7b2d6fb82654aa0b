import * as z from 'zod';
import { KeyError } from './key-error.ts';

/** `key` is a bearer key for the SCIM endpoint; `client` is a client secret for the token endpoint. */
export const keyKinds = ['key', 'client'] as const;
/** The kind of a key, by the endpoint that accepts its secret: `app` is for `/api/v1`. */
export type KeyKind = (typeof keyKinds)[number] | 'app';

/** The entry of a key in its tenant's list; it takes precedence over the key's own documents. */
export const keyRefSchema = z.object({
  id: z.string(),
  kind: z.enum([...keyKinds, 'app']).default('key'),
  status: z.enum(['active', 'revoked']),
  /** Milliseconds since 1970; from then on the key is refused. */
  expires: z.number(),
});
/** One entry of a tenant's list of keys. */
export type KeyRef = Readonly<z.infer<typeof keyRefSchema>>;

const words = { key: 'key', client: 'client secret', app: 'app key' } as const satisfies Record<
  KeyKind,
  string
>;

/** Maximum number of revoked and expired keys in a list; the oldest are dropped first. */
const retiredKeysMax = 50;

/** Tests if a listed key is accepted at a time, in milliseconds since 1970. */
export function isActive(ref: KeyRef, now: number): boolean {
  return ref.status === 'active' && now < ref.expires;
}

/** Adds a key to a list; throws KeyError `exhausted` if `max` keys of its kind are active already. */
export function withKey(
  keys: readonly KeyRef[],
  added: KeyRef,
  { now, max }: { now: number; max: number },
): readonly KeyRef[] {
  const active = keys.filter((ref) => isActive(ref, now));
  const count = active.filter(({ kind }) => kind === added.kind).length;
  if (count >= max) {
    const some = `${count} active ${words[added.kind]}${count === 1 ? '' : 's'}`;
    if (added.kind === 'app')
      throw new KeyError('exhausted', `There are ${some}, and there can be no more: revoke one first`);
    throw new KeyError(
      'exhausted',
      `The tenant has ${some} and policy.keys.activeMax is ${max}: revoke one first`,
    );
  }
  const retired = keys.filter((ref) => !isActive(ref, now)).slice(-retiredKeysMax);
  return [...retired, ...active, added];
}

/** Revokes one key in a list; throws KeyError `absent` if the list does not hold it. */
export function withoutKey(keys: readonly KeyRef[], id: string): readonly KeyRef[] {
  return changeKey(keys, id, (ref) => ({ ...ref, status: 'revoked' }));
}

/** Revokes every key of a kind in a list. */
export function withoutKeys(keys: readonly KeyRef[], kind: KeyKind): readonly KeyRef[] {
  return keys.map((ref) => (ref.kind === kind ? { ...ref, status: 'revoked' } : ref));
}

/** Lets a key in a list expire no later than `expires`; throws KeyError `absent` if it is not listed. */
export function withKeyEnding(keys: readonly KeyRef[], id: string, expires: number): readonly KeyRef[] {
  return changeKey(keys, id, (ref) => ({ ...ref, expires: Math.min(ref.expires, expires) }));
}

function changeKey(keys: readonly KeyRef[], id: string, change: (ref: KeyRef) => KeyRef): readonly KeyRef[] {
  if (!keys.some((ref) => ref.id === id)) {
    throw new KeyError(
      'absent',
      'There is no key with this id here: GET …/keys lists keys, and GET …/app-keys lists app keys',
    );
  }
  return keys.map((ref) => (ref.id === id ? change(ref) : ref));
}
