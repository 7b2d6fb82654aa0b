import { limits } from '../base/limits.ts';
import type { Actor } from '../store/change-document.ts';
import { removeKey, retireKey, retireRevoked } from './end-key.ts';
import { EndingError, requireNoEnding } from './ending-error.ts';
import { currentPepper, hashKey } from './hash.ts';
import { KeyError } from './key-error.ts';
import { mintKey } from './key-format.ts';
import { type KeyKind, type KeyRef, withKey, withKeyEnding, withoutKey, withoutKeys } from './key-list.ts';
import { type AppAccess, createKeyRecord, readKeyRecord } from './key-record.ts';
import { type KeyAct, type KeyHolder, type KeyScope, requireHolder } from './scope.ts';

const dayMs = 86_400_000;

/** A request for a new key; the tenant's policy has the default of `validDays`. */
export interface KeyRequest {
  /** `key` by default. */
  readonly kind?: KeyKind;
  readonly label?: string;
  readonly issuer?: string;
  readonly validDays?: number;
  /** The id of the user on whose behalf the key acts. */
  readonly subject?: string;
  /** The access of an app key; absent for other keys. */
  readonly access?: AppAccess;
}

/** A request to replace a key: how the new key differs, and for how many days the old one stays valid. */
export interface RotationRequest extends Omit<KeyRequest, 'kind' | 'access'> {
  readonly overlapDays?: number;
}

/** A new key. Its text `key` is not stored, so it can be shown only now. */
export interface IssuedKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Issues a key for a tenant; rejects with KeyError or EndingError. */
export function issueKey(
  scope: KeyScope,
  tenantId: string,
  { request, actor }: { request: KeyRequest; actor: Actor },
): Promise<IssuedKey> {
  return addKey(scope, tenantId, { request, makeRoom: (keys) => keys, act: { actor, operation: 'issue' } });
}

/**
 * Replaces a key by a new one of the same kind and access and, by default, label and subject; rejects with KeyError
 * or EndingError.
 */
export async function rotateKey(
  scope: KeyScope,
  tenantId: string,
  { keyId, request, actor }: { keyId: string; request: RotationRequest; actor: Actor },
): Promise<IssuedKey> {
  const { keys, policy } = requireHolder(await scope.holders.retrieveFresh(tenantId));
  const setting = settingAgainstOverlap(policy.keys);
  if (request.overlapDays && setting !== undefined) {
    throw new KeyError(
      'validity',
      `A new key of this tenant revokes the old one at once (${setting}): leave out overlapDays`,
    );
  }
  const rotated = await readKeyRecord(scope.store, keyId);
  const overlapMs = Math.round((request.overlapDays ?? 0) * dayMs);
  const ends = scope.now() + overlapMs;
  return addKey(scope, tenantId, {
    request: {
      kind: keys.find(({ id }) => id === keyId)?.kind,
      label: request.label ?? rotated?.label,
      issuer: request.issuer,
      validDays: request.validDays,
      subject: request.subject ?? rotated?.subject,
      access: rotated?.access,
    },
    makeRoom: (listed) => (overlapMs > 0 ? withKeyEnding(listed, keyId, ends) : withoutKey(listed, keyId)),
    act: { actor, operation: 'rotate', keyId },
  });
}

function settingAgainstOverlap({ replaces, activeMax }: KeyHolder['policy']['keys']): string | undefined {
  if (replaces) return 'policy.keys.replaces';
  return activeMax === 1 ? 'policy.keys.activeMax is 1' : undefined;
}

interface Addition {
  readonly request: KeyRequest;
  /** Changes the list before the new key is added to it. */
  readonly makeRoom: (keys: readonly KeyRef[]) => readonly KeyRef[];
  /** The act to record; by default it names the new key. */
  readonly act: Omit<KeyAct, 'keyId'> & { readonly keyId?: string };
}

/**
 * Writes the key's record and secret first and the tenant's list last, because the list decides which keys are
 * active. The timer ends a key that is not listed, and looks at all that the list has changed.
 */
async function addKey(
  scope: KeyScope,
  tenantId: string,
  { request, makeRoom, act }: Addition,
): Promise<IssuedKey> {
  const { kind = 'key' } = request;
  const created = scope.now();
  const add = (current: KeyHolder, ref: KeyRef) => {
    requireNoEnding(current);
    const { keys, policy } = current;
    const room = makeRoom(keys);
    return withKey(policy.keys.replaces ? withoutKeys(room, kind) : room, ref, {
      now: created,
      max: policy.keys.activeMax,
    });
  };

  const holder = requireHolder(await scope.holders.retrieveFresh(tenantId));
  const expires = created + validDays(request.validDays, holder) * dayMs;
  const { keyId, secret, text } = mintKey(scope.randomBytes);
  const ref: KeyRef = { id: keyId, kind, status: 'active', expires };
  // Checks the list before anything is written, so that the usual refusal leaves nothing behind.
  add(holder, ref);
  await writeKey(scope, { tenantId, keyId, secret, request, created, expires });
  try {
    const change = (current: KeyHolder) => add(current, ref);
    const edited = await scope.holders.editKeys(tenantId, change, { ...act, keyId: act.keyId ?? keyId });
    await retireReplaced(scope, holder.keys, requireHolder(edited).keys);
  } catch (error) {
    // Nothing is kept of a key whose tenant or synchronisation is gone.
    if (error instanceof EndingError) await removeKey(scope, keyId);
    if (error instanceof KeyError) await (error.kind === 'absent' ? removeKey : retireKey)(scope, keyId);
    throw error;
  }
  return { id: keyId, kind, key: text, expires };
}

interface NewKey {
  readonly tenantId: string;
  readonly keyId: string;
  readonly secret: Parameters<typeof hashKey>[1]['secret'];
  readonly request: KeyRequest;
  readonly created: number;
  readonly expires: number;
}

async function writeKey(scope: KeyScope, key: NewKey): Promise<void> {
  const { tenantId, keyId, secret, request, created, expires } = key;
  const hash = hashKey(await scope.secrets.serverSecret(currentPepper), { keyId, secret });
  const { label = '', issuer = '', subject, access } = request;
  const record = { tenant: tenantId, label, issuer, subject, access, created, ends: expires };
  const due = created + limits.abandonedSeconds * 1_000;
  await createKeyRecord(scope.store, keyId, { ...record, status: 'active', due });
  await scope.secrets.put(keyId, {
    hash: hash.toString('base64url'),
    pepper: currentPepper,
    expires,
    tags: { tenant: tenantId },
  });
}

/** Ends the keys that a new one has replaced. The timer does so if this fails, because the new key counts already. */
async function retireReplaced(
  scope: KeyScope,
  before: readonly KeyRef[],
  after: readonly KeyRef[],
): Promise<void> {
  await retireRevoked(scope, before, after).catch((cause: unknown) =>
    scope.log?.('A key that was replaced is refused, but its secret is not disabled yet', cause),
  );
}

function validDays(asked: number | undefined, { policy }: KeyHolder): number {
  const { daysMin: min, daysMax: max, daysDefault } = policy.keys;
  const days = asked ?? Math.min(Math.max(daysDefault, min), max);
  if (Number.isInteger(days) && days >= min && days <= max) return days;
  throw new KeyError(
    'validity',
    `validDays is ${days}, but it can be ${min} to ${max} days here, in whole numbers`,
  );
}
