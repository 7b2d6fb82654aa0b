import type { AccountScope } from '../accounts/scope.ts';
import { deleteFromDirectory, unlink } from '../directory/deletion.ts';
import { readResource } from '../directory/resources.ts';
import type { Catalogue } from '../packs/catalogue.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import { type Actor, isManagement, type RecordDocument } from '../store/change-document.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** The services with which the timer removes late writes. */
interface LateWriteParts {
  readonly retrieve: (tenantId: string) => Promise<Tenant | undefined>;
  readonly accountsOf: (tenant: Tenant, actor: Actor) => AccountScope;
  readonly catalogue: Pick<Catalogue, 'customTypes'>;
  /** The actor that the deletions are recorded for. */
  readonly timer: Actor;
}

/**
 * Removes what clients of an ended synchronisation have written although the ending was over: a process may stand still
 * between its last check of the time and the write. The records of these changes tell. A resource that the next
 * synchronisation has changed meanwhile stays, because it belongs to that one. Throws StoreError.
 */
export async function removeLateWrites(
  { retrieve, accountsOf, catalogue, timer }: LateWriteParts,
  tenantId: string,
  records: readonly RecordDocument[],
): Promise<void> {
  const tenant = await retrieve(tenantId);
  if (tenant?.ended === undefined) return;
  const { directory, userType } = accountsOf(tenant, timer);
  const types = [userType, groupType, ...catalogue.customTypes];
  for (const { at, credential, resourceType, resource } of records) {
    const type = types.find(({ name }) => name === resourceType);
    const isLate =
      Date.parse(at) < tenant.ended && credential !== timer.credential && !isManagement(credential);
    if (!type || resource === undefined || !isLate) continue;
    const stored = await readResource(directory, type, resource);
    if (!stored) await unlink(directory, resource);
    else if (Date.parse(stored.document.lastModified) < tenant.ended) {
      await deleteFromDirectory(directory, type, { stored });
    }
  }
}
