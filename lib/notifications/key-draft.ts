import { isActive } from '../keys/key-list.ts';
import { readKeyRecord } from '../keys/key-record.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Draft, MailServices } from './draft.ts';

const dayMs = 86_400_000;

/** Drafts a warning to administrators that a key expires; `outdated` if the key is not active. */
export async function keyDraft(
  { store, now }: Pick<MailServices, 'store' | 'now'>,
  { keys, policy }: Tenant,
  key: string,
): Promise<Draft> {
  const ref = keys.find(({ id }) => id === key);
  if (!ref || !isActive(ref, now())) return 'outdated';
  const days = Math.ceil((ref.expires - now()) / dayMs);
  const record = await readKeyRecord(store, key);
  return {
    to: policy.notifications.administrators.map((address) => ({ address })),
    view: {
      key,
      label: record?.label,
      expires: new Date(ref.expires).toISOString().slice(0, 10),
      left: days === 1 ? '1 day' : `${days} days`,
    },
  };
}
