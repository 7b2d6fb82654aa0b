import { limits } from '../base/limits.ts';
import { type KeyRef, withoutKey } from './key-list.ts';
import { readKeyRecord, removeKeyRecord, setKeyRecord } from './key-record.ts';
import { type KeyAct, type KeyHolder, type KeyScope, requireHolder } from './scope.ts';

const dayMs = 86_400_000;

/** Revokes a key, first in the tenant's list, which decides. Rejects with KeyError `absent`. */
export async function revokeKey(
  scope: KeyScope,
  tenantId: string,
  act: Omit<KeyAct, 'operation'>,
): Promise<void> {
  const { keyId } = act;
  const revoke = (holder: KeyHolder) => withoutKey(holder.keys, keyId);
  requireHolder(await scope.holders.editKeys(tenantId, revoke, { ...act, operation: 'revoke' }));
  await retireKey(scope, keyId);
}

/** Makes the timer look at a key that its tenant's list has added or changed, unless the key has ended. */
export async function reviewKey(
  { store, now }: Pick<KeyScope, 'store' | 'now'>,
  keyId: string,
): Promise<void> {
  const record = await readKeyRecord(store, keyId);
  if (record?.status === 'active') await setKeyRecord(store, keyId, { due: now() });
}

/** Retires the keys that are active in the list `before` and revoked in the list `after`. */
export async function retireRevoked(
  scope: KeyScope,
  before: readonly KeyRef[],
  after: readonly KeyRef[],
): Promise<void> {
  const isRevoked = (id: string) => after.find((ref) => ref.id === id)?.status === 'revoked';
  for (const { id, status } of before) if (status === 'active' && isRevoked(id)) await retireKey(scope, id);
}

/** Disables the secret of a key that the tenant's list no longer accepts, and updates the key's record. */
export async function retireKey(scope: KeyScope, keyId: string): Promise<void> {
  const { store, secrets, now, forget } = scope;
  forget(keyId);
  await secrets.disable(keyId);
  await setKeyRecord(store, keyId, { status: 'revoked', due: now() + limits.endedKeyDays * dayMs });
  forget(keyId);
}

/** Removes the secret and the record of a key; does nothing if they are gone. */
export async function removeKey({ store, secrets, forget }: KeyScope, keyId: string): Promise<void> {
  await secrets.remove(keyId);
  await removeKeyRecord(store, keyId);
  forget(keyId);
}
