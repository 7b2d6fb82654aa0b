import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { currentPepper, hashKey } from './hash.ts';
import { KeyError } from './key-error.ts';
import { type MintedKey, mintKey } from './key-format.ts';
import {
  isActive,
  type KeyKind,
  type KeyRef,
  withKey,
  withKeyEnding,
  withoutKey,
  withoutKeys,
} from './key-list.ts';
import {
  createKeyRecord,
  keyRecordKey,
  keyRecordSchema,
  readKeyRecord,
  removeKeyRecord,
  setKeyRecord,
} from './key-record.ts';
import type { SecretStore } from './secret-store.ts';

const dayMs = 86_400_000;
/** The longest life of any key, whatever a policy says. */
export const keyDaysMax = 730;

/** What a tenant lays down for its keys. */
export interface KeyPolicy {
  readonly daysMin: number;
  readonly daysMax: number;
  readonly daysDefault: number;
  /** Keys and client secrets count apart. */
  readonly activeMax: number;
  /** Whether a new key voids those of its kind before it at once. */
  readonly replaces: boolean;
}

/** What keys need to know of a tenant. */
export interface KeyHolder {
  readonly id: string;
  readonly keys: readonly KeyRef[];
  readonly policy: { readonly keys: KeyPolicy };
}

/** Where the lists of keys are kept; an absent tenant answers `undefined`. */
export interface KeyHolders {
  /** Reads past any cache. */
  retrieveFresh(tenantId: string): Promise<KeyHolder | undefined>;
  /** Changes a list under a version check: `change` may run again and nothing is kept when it throws. */
  editKeys(
    tenantId: string,
    change: (holder: KeyHolder) => readonly KeyRef[],
  ): Promise<KeyHolder | undefined>;
}

/** What a new key is to be; the tenant's policy decides what is left out. */
export interface KeyRequest {
  /** A bearer key unless another is asked for. */
  readonly kind?: KeyKind;
  readonly label?: string;
  readonly issuer?: string;
  readonly validDays?: number;
  /** The id of the user on whose behalf the key acts. */
  readonly subject?: string;
}

/** A key just made: the only time that `key` is known. */
export interface IssuedKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** A key as listed, without anything that helps to guess it; times in milliseconds since 1970. */
export interface ListedKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly label: string;
  readonly issuer: string;
  readonly subject?: string;
  readonly status: 'active' | 'expired' | 'revoked';
  readonly created: number;
  readonly expires: number;
  readonly lastUsed?: number;
}

/** All reject with KeyError when the tenant or the key is absent, and with StoreError. */
export interface KeyLifecycle {
  /** Rejects with KeyError `validity` or `exhausted` when the tenant's policy does not allow it. */
  issue(tenantId: string, request: KeyRequest): Promise<IssuedKey>;
  /** Makes a key like another in its place; the other ends after the overlap, at once where that is 0. */
  rotate(tenantId: string, keyId: string, request: RotationRequest): Promise<IssuedKey>;
  /** May be repeated, which also mends a revocation that was cut short. */
  revoke(tenantId: string, keyId: string): Promise<void>;
  list(tenantId: string): Promise<readonly ListedKey[]>;
  /** Removes what is kept of a key that counts no more; does nothing when that is gone. */
  remove(keyId: string): Promise<void>;
}

/** What is to differ in the new key, and for how many days the old one lives on. */
export interface RotationRequest extends Omit<KeyRequest, 'kind'> {
  readonly overlapDays?: number;
}

/** What keys are issued, listed and ended with; times in milliseconds since 1970. */
export interface LifecycleParts {
  readonly store: DocumentStore;
  readonly secrets: SecretStore;
  readonly holders: KeyHolders;
  readonly now: Clock;
  readonly randomBytes: (bytes: number) => Buffer;
  /** Told of keys whose state has changed. */
  readonly forget: (keyId: string) => void;
}

type ListChange = (keys: readonly KeyRef[]) => readonly KeyRef[];

/** Issues, rotates, revokes and lists keys: writes the secret first and last the list, which decides. */
export function createKeyLifecycle(parts: LifecycleParts): KeyLifecycle {
  return {
    issue: (tenantId, request) => addKey(parts, tenantId, { request, before: (keys) => keys }),
    rotate: (tenantId, keyId, request) => rotateKey(parts, tenantId, { keyId, request }),
    revoke: (tenantId, keyId) => revokeKey(parts, tenantId, keyId),
    list: (tenantId) => listKeys(parts, tenantId),
    remove: (keyId) => removeKey(parts, keyId),
  };
}

async function addKey(
  parts: LifecycleParts,
  tenantId: string,
  { request, before }: { request: KeyRequest; before: ListChange },
): Promise<IssuedKey> {
  const { kind = 'key' } = request;
  const created = parts.now();
  const add = ({ keys, policy }: KeyHolder, ref: KeyRef) => {
    const others = policy.keys.replaces ? withoutKeys(keys, kind) : before(keys);
    return withKey(others, ref, { now: created, max: policy.keys.activeMax });
  };

  const holder = present(await parts.holders.retrieveFresh(tenantId));
  const expires = created + validDays(request.validDays, holder) * dayMs;
  const key = mintKey(parts.randomBytes);
  const ref: KeyRef = { id: key.keyId, kind, status: 'active', expires };
  // Tried before anything is written: the usual refusal leaves nothing behind.
  add(holder, ref);
  await writeKey(parts, key, { tenantId, request, created, expires });
  try {
    const { keys } = present(await parts.holders.editKeys(tenantId, (current) => add(current, ref)));
    await retireVoided(parts, holder.keys, keys);
  } catch (error) {
    if (error instanceof KeyError) await retireKey(parts, key.keyId);
    throw error;
  }
  return { id: key.keyId, kind, key: key.text, expires };
}

async function writeKey(
  { store, secrets }: LifecycleParts,
  key: MintedKey,
  {
    tenantId,
    request,
    created,
    expires,
  }: { tenantId: string; request: KeyRequest; created: number; expires: number },
): Promise<void> {
  const pepper = await secrets.serverSecret(currentPepper);
  const hash = hashKey(pepper, key).toString('base64url');
  const tags = { tenant: tenantId };
  await secrets.put(key.keyId, { hash, pepper: currentPepper, expires, tags });
  const { label = '', issuer = '', subject } = request;
  await createKeyRecord(store, key.keyId, {
    tenant: tenantId,
    label,
    issuer,
    ...(subject !== undefined && { subject }),
    created,
    expires,
    status: 'active',
    due: created,
  });
}

async function rotateKey(
  parts: LifecycleParts,
  tenantId: string,
  { keyId, request }: { keyId: string; request: RotationRequest },
): Promise<IssuedKey> {
  const { keys, policy } = present(await parts.holders.retrieveFresh(tenantId));
  if (request.overlapDays && policy.keys.replaces) {
    throw new KeyError(
      'validity',
      'A new key of this tenant voids the one before it: rotate without overlapDays',
    );
  }
  const kind = keys.find(({ id }) => id === keyId)?.kind;
  const { label, subject } = (await readKeyRecord(parts.store, keyId)) ?? {};
  const overlapMs = Math.round((request.overlapDays ?? 0) * dayMs);
  const ends = parts.now() + overlapMs;
  const issued = await addKey(parts, tenantId, {
    request: { label, subject, ...given(request), kind },
    before: (keys) => (overlapMs > 0 ? withKeyEnding(keys, keyId, ends) : withoutKey(keys, keyId)),
  });
  if (overlapMs > 0) await setKeyRecord(parts.store, keyId, { due: parts.now() });
  return issued;
}

/** What the request says, without what it leaves unsaid. */
function given(request: RotationRequest): RotationRequest {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}

async function revokeKey(parts: LifecycleParts, tenantId: string, keyId: string): Promise<void> {
  present(await parts.holders.editKeys(tenantId, (holder) => withoutKey(holder.keys, keyId)));
  await retireKey(parts, keyId);
}

/** The list has decided; the records follow, for people who look into the database. */
async function retireVoided(
  parts: LifecycleParts,
  before: readonly KeyRef[],
  after: readonly KeyRef[],
): Promise<void> {
  const isRevoked = (id: string) => after.find((ref) => ref.id === id)?.status === 'revoked';
  const voided = before.filter(({ id, status }) => status === 'active' && isRevoked(id));
  for (const { id } of voided) await retireKey(parts, id);
}

async function retireKey({ store, secrets, now, forget }: LifecycleParts, keyId: string): Promise<void> {
  forget(keyId);
  await secrets.disable(keyId);
  await setKeyRecord(store, keyId, { status: 'revoked', due: now() + limits.endedKeyDays * dayMs });
  forget(keyId);
}

async function removeKey({ store, secrets, forget }: LifecycleParts, keyId: string): Promise<void> {
  await secrets.remove(keyId);
  await removeKeyRecord(store, keyId);
  forget(keyId);
}

async function listKeys(
  { store, holders, now }: LifecycleParts,
  tenantId: string,
): Promise<readonly ListedKey[]> {
  const { keys } = present(await holders.retrieveFresh(tenantId));
  const records = await store.readMany(keys.map((ref) => keyRecordKey(ref.id)));
  const time = now();
  return keys.flatMap((ref, index) => {
    const stored = records[index];
    if (!stored) return [];
    const { label, issuer, subject, created, lastUsed } = keyRecordSchema.parse(stored.document);
    const status = statusOf(ref, time);
    return [
      { id: ref.id, kind: ref.kind, label, issuer, subject, status, created, expires: ref.expires, lastUsed },
    ];
  });
}

function statusOf(ref: KeyRef, now: number): ListedKey['status'] {
  if (ref.status === 'revoked') return 'revoked';
  return isActive(ref, now) ? 'active' : 'expired';
}

function validDays(asked: number | undefined, { policy }: KeyHolder): number {
  const { daysMin: min, daysMax: max, daysDefault } = policy.keys;
  const days = asked ?? Math.min(Math.max(daysDefault, min), max);
  if (Number.isInteger(days) && days >= min && days <= max) return days;
  throw new KeyError('validity', `A key of this tenant is valid for ${min} to ${max} days`);
}

function present(holder: KeyHolder | undefined): KeyHolder {
  if (holder) return holder;
  throw new KeyError('absent', 'There is no tenant with this id');
}
