import { retireKey, retireRevoked } from './end-key.ts';
import { currentPepper, hashKey } from './hash.ts';
import { KeyError } from './key-error.ts';
import { mintKey } from './key-format.ts';
import { type KeyKind, type KeyRef, withKey, withKeyEnding, withoutKey, withoutKeys } from './key-list.ts';
import { createKeyRecord, readKeyRecord, setKeyRecord } from './key-record.ts';
import { type KeyHolder, type KeyScope, requireHolder } from './scope.ts';

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
}

/** A request to replace a key: how the new key differs, and for how many days the old one stays valid. */
export interface RotationRequest extends Omit<KeyRequest, 'kind'> {
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

/** Issues a key for a tenant; rejects with KeyError. */
export function issueKey(scope: KeyScope, tenantId: string, request: KeyRequest): Promise<IssuedKey> {
  return addKey(scope, tenantId, { request, makeRoom: (keys) => keys });
}

/** Replaces a key by a new one of the same kind and, by default, label and subject; rejects with KeyError. */
export async function rotateKey(
  scope: KeyScope,
  tenantId: string,
  { keyId, request }: { keyId: string; request: RotationRequest },
): Promise<IssuedKey> {
  const { keys, policy } = requireHolder(await scope.holders.retrieveFresh(tenantId));
  if (request.overlapDays && policy.keys.replaces) {
    throw new KeyError(
      'validity',
      'A new key of this tenant revokes the old one at once (policy.keys.replaces): leave out overlapDays',
    );
  }
  const rotated = await readKeyRecord(scope.store, keyId);
  const overlapMs = Math.round((request.overlapDays ?? 0) * dayMs);
  const ends = scope.now() + overlapMs;
  const issued = await addKey(scope, tenantId, {
    request: {
      kind: keys.find(({ id }) => id === keyId)?.kind,
      label: request.label ?? rotated?.label,
      issuer: request.issuer,
      validDays: request.validDays,
      subject: request.subject ?? rotated?.subject,
    },
    makeRoom: (listed) => (overlapMs > 0 ? withKeyEnding(listed, keyId, ends) : withoutKey(listed, keyId)),
  });
  if (overlapMs > 0) await setKeyRecord(scope.store, keyId, { due: scope.now() });
  return issued;
}

interface Addition {
  readonly request: KeyRequest;
  /** Changes the list before the new key is added to it. */
  readonly makeRoom: (keys: readonly KeyRef[]) => readonly KeyRef[];
}

/** Writes the secret first and the tenant's list last, because the list decides which keys are active. */
async function addKey(
  scope: KeyScope,
  tenantId: string,
  { request, makeRoom }: Addition,
): Promise<IssuedKey> {
  const { kind = 'key' } = request;
  const created = scope.now();
  const add = ({ keys, policy }: KeyHolder, ref: KeyRef) => {
    const others = policy.keys.replaces ? withoutKeys(keys, kind) : makeRoom(keys);
    return withKey(others, ref, { now: created, max: policy.keys.activeMax });
  };

  const holder = requireHolder(await scope.holders.retrieveFresh(tenantId));
  const expires = created + validDays(request.validDays, holder) * dayMs;
  const { keyId, secret, text } = mintKey(scope.randomBytes);
  const ref: KeyRef = { id: keyId, kind, status: 'active', expires };
  // Checks the list before anything is written, so that the usual refusal leaves nothing behind.
  add(holder, ref);
  const hash = hashKey(await scope.secrets.serverSecret(currentPepper), { keyId, secret });
  await scope.secrets.put(keyId, {
    hash: hash.toString('base64url'),
    pepper: currentPepper,
    expires,
    tags: { tenant: tenantId },
  });
  const { label = '', issuer = '', subject } = request;
  const record = { tenant: tenantId, label, issuer, subject, created, expires };
  await createKeyRecord(scope.store, keyId, { ...record, status: 'active', due: created });
  try {
    const { keys } = requireHolder(await scope.holders.editKeys(tenantId, (current) => add(current, ref)));
    await retireRevoked(scope, holder.keys, keys);
  } catch (error) {
    if (error instanceof KeyError) await retireKey(scope, keyId);
    throw error;
  }
  return { id: keyId, kind, key: text, expires };
}

function validDays(asked: number | undefined, { policy }: KeyHolder): number {
  const { daysMin: min, daysMax: max, daysDefault } = policy.keys;
  const days = asked ?? Math.min(Math.max(daysDefault, min), max);
  if (Number.isInteger(days) && days >= min && days <= max) return days;
  throw new KeyError(
    'validity',
    `validDays is ${days}, but the policy of this tenant allows ${min} to ${max} days, in whole numbers`,
  );
}
