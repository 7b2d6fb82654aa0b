import { clearAccounts } from '../accounts/end-accounts.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { forgetSeenClients } from '../audit/seen-clients.ts';
import { limits } from '../base/limits.ts';
import { clearDirectory } from '../directory/clear-directory.ts';
import type { Catalogue } from '../packs/catalogue.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import type { Actor } from '../store/change-document.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Stored } from '../store/document-store.ts';
import { finishEachDue, type TimerRun } from '../store/due-jobs.ts';
import { type EndingDocument, endingKind } from '../tenants/end-synchronization.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { tenantPartition } from '../tenants/tenant-documents.ts';
import type { Tenants } from '../tenants/tenants.ts';

/** The services with which the timer removes what is left of synchronisations. */
interface EndingParts extends TimerRun {
  readonly tenants: Pick<Tenants, 'retrieveFresh' | 'finishEnding'>;
  readonly catalogue: Pick<Catalogue, 'customTypes'>;
  /** Removes a key and its secret; does nothing if they are gone. */
  readonly removeKey: (keyId: string) => Promise<void>;
  readonly accountsOf: (tenant: Tenant, actor: Actor) => AccountScope;
}

/**
 * Removes keys, users, groups and what these have yielded, of synchronisations that end, a bounded part in each run. It
 * does so at once, and again when no request can add to it any more. May run twice or be interrupted.
 */
export async function endSynchronizations(parts: EndingParts): Promise<void> {
  const ends = parts.now() + limits.purgeSecondsMax * 1_000;
  const finish = (stored: Stored) => sweep(parts, stored, () => parts.now() >= ends);
  await finishEachDue(parts, [{ container: 'tenants', kind: endingKind, finish }]);
}

async function sweep(parts: EndingParts, stored: Stored, isOver: () => boolean): Promise<void> {
  const { store, tenants, now } = parts;
  const { tenantId, actor } = stored.document as EndingDocument;
  // Fresh, so that the other jobs of this instance know too that no account may follow from a user any more.
  const tenant = await tenants.retrieveFresh(tenantId);
  if (!tenant?.ending) return;
  const { until } = tenant.ending;
  // Decided before the sweep, which may miss what is written during it.
  const isLast = until <= now();
  if (!(await clear(parts, tenant, { actor, isOver }))) return;
  if (isLast) {
    await forgetSeenClients(store, tenantId);
    return tenants.finishEnding(tenantId, actor);
  }
  const later = { ...stored.document, due: until };
  await commitOnce(store, tenantPartition(tenantId), [
    { op: 'replace', document: later, ifVersion: stored.version },
  ]);
}

/** Removes all that there is of a synchronisation; false if the time for it is over. */
async function clear(
  { removeKey, accountsOf, catalogue }: EndingParts,
  tenant: Tenant,
  { actor, isOver }: { actor: Actor; isOver: () => boolean },
): Promise<boolean> {
  for (const { id } of tenant.keys) await removeKey(id);
  const { since = 0 } = tenant.ending ?? {};
  const scope = accountsOf(tenant, actor);
  // The accounts have ended with their users, so that nothing follows from the records.
  const directory = { ...scope.directory, finalDays: tenant.policy.audit.days };
  const types = [scope.userType, ...catalogue.customTypes, groupType];
  return (
    (await clearAccounts({ ...scope, directory }, { since, isOver })) &&
    (await clearDirectory(directory, types, isOver))
  );
}
