import * as z from 'zod';
import { limits } from '../base/limits.ts';
import { cached } from '../keys/cached.ts';
import { type KeyRef, keyRefSchema } from '../keys/key-list.ts';
import type { KeyAct, KeyHolder, KeyHolders } from '../keys/scope.ts';
import { recordChange } from '../store/change-document.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { keyFacts } from './edit-tenant.ts';
import { policySchema } from './policy.ts';
import type { Tenant } from './tenant.ts';
import { recordingIn, registry, type TenantScope } from './tenant-documents.ts';

/** The id, in place of a tenant's, of the deployment as the holder of app keys. No tenant can have it. */
export const allTenants = registry.tenantId;

/** A tenant, or the deployment, as the holder of app keys. */
interface AppKeyHolder extends Pick<KeyHolder, 'keys'> {
  readonly policy: KeyHolder['policy'] & {
    readonly notifications: { readonly keyExpiryDays: readonly number[] };
  };
}

/** Holders by the id of a tenant or `allTenants`. */
export interface AppKeyHolders extends KeyHolders {
  /** Answers from memory for a minute; changes by this instance show at once. */
  retrieve(id: string): Promise<AppKeyHolder | undefined>;
  retrieveFresh(id: string): Promise<AppKeyHolder | undefined>;
}

/** The operations on tenants that have app keys. */
interface TenantHolders {
  retrieve(id: string): Promise<Tenant | undefined>;
  retrieveFresh(id: string): Promise<Tenant | undefined>;
  editAppKeys(
    id: string,
    change: (tenant: Tenant) => readonly KeyRef[],
    act: KeyAct,
  ): Promise<Tenant | undefined>;
}

const { keyExpiryDays } = policySchema.parse({}).notifications;

/** Keys of the product are bounded by the deployment and not by the policy for the customer's keys. */
const keys = {
  daysMin: 1,
  daysMax: limits.appKeyDaysMax,
  daysDefault: limits.appKeyDays,
  activeMax: limits.appKeysMax,
  replaces: false,
} as const;

function holderOf(tenant: Tenant): AppKeyHolder {
  return { keys: tenant.appKeys, policy: { keys, notifications: tenant.policy.notifications } };
}

/** Makes the holders of app keys. A tenant lists its own; a document in the registry lists those of the deployment. */
export function createAppKeyHolders(
  services: Omit<TenantScope, 'actor'>,
  tenants: TenantHolders,
): AppKeyHolders {
  const memory = cached(async () => ofDeployment((await readList(services)).keys), {
    now: services.now,
    // A stale list could still have a key as active that is revoked.
    staleSecondsMax: 0,
  });
  const viewed = async (tenant: Promise<Tenant | undefined>) => {
    const found = await tenant;
    return found && holderOf(found);
  };
  return {
    retrieve: (id) => (id === allTenants ? memory.get(id) : viewed(tenants.retrieve(id))),
    retrieveFresh(id) {
      if (id !== allTenants) return viewed(tenants.retrieveFresh(id));
      memory.forget(id);
      return memory.get(id);
    },
    editKeys(id, change, act) {
      if (id === allTenants) return editList(services, change, act).finally(() => memory.forget(id));
      return viewed(tenants.editAppKeys(id, (tenant) => change(holderOf(tenant)), act));
    },
  };
}

function ofDeployment(listed: readonly KeyRef[]): AppKeyHolder {
  return { keys: listed, policy: { keys, notifications: { keyExpiryDays } } };
}

const kind = 'app-keys';
const listSchema = z.object({ keys: z.array(keyRefSchema).readonly() });

async function readList({ store }: Pick<TenantScope, 'store'>) {
  const stored = await store.read({ ...registry, kind, id: kind });
  const { keys: listed } = stored ? listSchema.parse(stored.document) : { keys: [] };
  return { keys: listed, version: stored?.version };
}

/** Changes the list of the deployment and records the act, in one batch. */
function editList(
  services: Omit<TenantScope, 'actor'>,
  change: (holder: KeyHolder) => readonly KeyRef[],
  { actor, ...act }: KeyAct,
): Promise<AppKeyHolder> {
  return retryLostRace(async () => {
    const { keys: before, version: ifVersion } = await readList(services);
    const after = change(ofDeployment(before));
    const facts = keyFacts(act, 'AppKey', [before, after]);
    if (facts) {
      const document = { id: kind, tenantId: registry.tenantId, kind, keys: after };
      await services.store.commit(registry, [
        ifVersion === undefined ? { op: 'create', document } : { op: 'replace', document, ifVersion },
        recordChange(recordingIn({ ...services, actor }, registry), facts),
      ]);
    }
    return ofDeployment(after);
  });
}
