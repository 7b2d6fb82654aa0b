import { limits } from '../base/limits.ts';
import type { Document, Stored } from '../store/document-store.ts';
import { finishEachDue, type TimerRun } from '../store/due-jobs.ts';
import { isActive, type KeyKind, type KeyRef } from './key-list.ts';
import { type KeyRecord, keepRecord, keyKind, keyRecordSchema, setKeyRecord } from './key-record.ts';
import type { KeyHolder } from './scope.ts';
import type { SecretStore } from './secret-store.ts';

const dayMs = 86_400_000;

/** A warning that a key expires soon. */
export interface KeyWarning {
  readonly tenantId: string;
  readonly keyId: string;
  readonly kind: KeyKind;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** The threshold that was reached, in days before the key expires. */
  readonly days: number;
}

/** The services with which the timer warns about expiring keys and removes ended ones. */
interface ExpiryServices extends TimerRun {
  readonly secrets: Pick<SecretStore, 'disable'>;
  readonly holders: Holders & { readonly appKeys: Holders };
  /** Queues a warning; may be called more than once for one threshold. */
  readonly warn: (warning: KeyWarning) => Promise<void>;
  readonly removeKey: (keyId: string) => Promise<void>;
}

interface Holders {
  retrieveFresh(tenantId: string): Promise<(KeyHolder & WithWarnings) | undefined>;
}

interface WithWarnings {
  readonly policy: { readonly notifications: { readonly keyExpiryDays: readonly number[] } };
}

/** Warns about keys that expire soon, disables expired ones, and removes keys `limits.endedKeyDays` later. */
export async function expireKeys(services: ExpiryServices): Promise<void> {
  const finish = async (stored: Stored) => {
    await keepRecord(services.store, stored);
    await advance(services, stored.document.tenantId, keyRecordSchema.parse(stored.document));
  };
  const tenantOf = ({ tenant }: Document) => String(tenant);
  await finishEachDue(services, [{ container: 'tokens', kind: keyKind, finish, tenantOf }]);
}

async function advance(services: ExpiryServices, keyId: string, record: KeyRecord): Promise<void> {
  if (record.status !== 'active') return services.removeKey(keyId);
  const { holders } = services;
  const holder = await (record.access ? holders.appKeys : holders).retrieveFresh(record.tenant);
  // Nothing is kept of the key of a deleted tenant.
  if (!holder) return services.removeKey(keyId);
  const ref = holder.keys.find(({ id }) => id === keyId);
  if (!ref || !isActive(ref, services.now())) return end(services, keyId, ref);

  const { days, next } = thresholds(ref, holder.policy.notifications.keyExpiryDays, services.now());
  const isNew = days !== undefined && (record.warned === undefined || days < record.warned);
  if (isNew)
    await services.warn({ tenantId: record.tenant, keyId, kind: ref.kind, expires: ref.expires, days });
  await setKeyRecord(services.store, keyId, { due: next, warned: isNew ? days : undefined });
}

/** Ends a key that has expired, or that the tenant's list has revoked or does not hold. */
async function end(services: ExpiryServices, keyId: string, ref: KeyRef | undefined): Promise<void> {
  await services.secrets.disable(keyId);
  const status = ref?.status === 'active' ? 'expired' : 'revoked';
  await setKeyRecord(services.store, keyId, { status, due: services.now() + limits.endedKeyDays * dayMs });
}

/** Computes the last threshold that was reached, in days, and when the timer must run again for this key. */
function thresholds(
  { expires }: KeyRef,
  warnings: readonly number[],
  now: number,
): { days: number | undefined; next: number } {
  const times = warnings.map((days) => ({ days, at: expires - days * dayMs }));
  const reached = times.filter(({ at }) => at <= now).map(({ days }) => days);
  const ahead = times.filter(({ at }) => at > now).map(({ at }) => at);
  return {
    days: reached.length > 0 ? Math.min(...reached) : undefined,
    next: Math.min(expires, ...ahead),
  };
}
