import { isActive, type KeyKind, type KeyRef } from './key-list.ts';
import { keyRecordKey, keyRecordSchema } from './key-record.ts';
import { type KeyScope, requireHolder } from './scope.ts';

/** A key as listed, without its hash; times in milliseconds since 1970. */
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

/** Lists the keys of a tenant in the order of its list; rejects with KeyError `absent`. */
export async function listKeys(
  { store, holders, now }: KeyScope,
  tenantId: string,
): Promise<readonly ListedKey[]> {
  const { keys } = requireHolder(await holders.retrieveFresh(tenantId));
  const records = await store.readMany(keys.map((ref) => keyRecordKey(ref.id)));
  const time = now();
  return keys.flatMap((ref, index) => {
    const stored = records[index];
    if (!stored) return [];
    const { label, issuer, subject, created, lastUsed } = keyRecordSchema.parse(stored.document);
    const { id, kind, expires } = ref;
    return [{ id, kind, label, issuer, subject, status: statusOf(ref, time), created, expires, lastUsed }];
  });
}

function statusOf(ref: KeyRef, now: number): ListedKey['status'] {
  if (ref.status === 'revoked') return 'revoked';
  return isActive(ref, now) ? 'active' : 'expired';
}
