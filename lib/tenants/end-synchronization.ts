import { limits } from '../base/limits.ts';
import type { Actor } from '../store/change-document.ts';
import type { Document } from '../store/document-store.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { changedNames, replaceTenant } from './edit-tenant.ts';
import { type Policy, policySchema } from './policy.ts';
import type { Tenant } from './tenant.ts';
import { readVersion, type TenantScope } from './tenant-documents.ts';

/** The kind of an EndingDocument, in the container `tenants`. */
export const endingKind = 'ending';

/** The note that the timer removes what is left of a synchronisation, in the name of the operator who has ended it. */
export interface EndingDocument extends Document {
  readonly due: number;
  readonly actor: Actor;
}

/** Tells the records of the beginning and of the end of an ending from those of tenants. */
const resourceType = 'Synchronization';

/**
 * Ends a tenant's synchronisation for its clients: revokes its keys, gives its trusts up and resets its settings,
 * in one batch with the note for the timer. Changes nothing if it is ending already. Yields the tenant;
 * `undefined` if there is none.
 */
export function beginEnding(scope: TenantScope, id: string): Promise<Tenant | undefined> {
  const { store, now, trusts, actor } = scope;
  return retryLostRace(async () => {
    const current = await readVersion(store, id);
    if (!current || current.tenant.ending) return current?.tenant;
    const { tenant, version: ifVersion } = current;
    const since = now();
    const edited: Tenant = {
      ...tenant,
      policy: withoutSynchronization(tenant.policy),
      // They stay in the list until their secrets are removed, so that the deletion of the tenant finds them.
      keys: tenant.keys.map((key) => ({ ...key, status: 'revoked' })),
      ending: { since, until: since + limits.lateWritersSeconds * 1_000 },
    };
    const note: EndingDocument = { id: endingKind, tenantId: id, kind: endingKind, due: since, actor };
    const attributes = changedNames(tenant, edited);
    const released = await trusts.end(id, tenant.policy.trusts);
    await replaceTenant(scope, edited, {
      ifVersion,
      facts: { operation: 'end', resourceType, resource: id, attributes },
      alongside: [{ op: 'create', document: note }],
    });
    await trusts.release(released);
    return edited;
  });
}

/** Lets a new synchronisation begin once nothing is left of the last one. Does nothing if that was done before. */
export function finishEnding(scope: TenantScope, id: string): Promise<void> {
  return retryLostRace(async () => {
    const current = await readVersion(scope.store, id);
    if (!current?.tenant.ending) return;
    const { tenant, version: ifVersion } = current;
    await replaceTenant(
      { ...scope, finalDays: tenant.policy.audit.days },
      { ...tenant, keys: [], ending: undefined, ended: tenant.ending?.until },
      {
        ifVersion,
        facts: { operation: 'finalise', resourceType, resource: id },
        alongside: [{ op: 'delete', kind: endingKind, id: endingKind }],
      },
    );
  });
}

/**
 * The policy without the settings that are made for one synchronisation: the client, its trusts, the mappings of its
 * groups, the mails about it and the level of its log. The rules of the product stay.
 */
function withoutSynchronization(policy: Policy): Policy {
  const usual = policySchema.parse({});
  const { failures, welcome, passwordLink } = usual.notifications;
  return {
    ...policy,
    endpoint: { ...policy.endpoint, profile: usual.endpoint.profile },
    groups: { ...policy.groups, toTeams: [], toRoles: [] },
    trusts: [],
    notifications: { ...policy.notifications, failures, welcome, passwordLink },
    audit: { ...policy.audit, level: usual.audit.level },
  };
}
