import { listPending } from '../directory/pending-members.ts';
import type { DirectoryScope } from '../directory/scope.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';

/** The directory of a tenant, for an operator. */
export type DirectoryOf = (tenant: Tenant) => DirectoryScope;

/** Lists a page of the members that clients named before they exist, as `{members, next?}`. */
export const listPendingMembers =
  ({ tenants, directoryOf }: { tenants: Pick<Tenants, 'retrieve'>; directoryOf: DirectoryOf }) =>
  async ({ tenantId, after }: { tenantId: string; after?: string | undefined }): Promise<JsonObject> => {
    const tenant = await tenants.retrieve(tenantId);
    if (!tenant) throw new ScimError('notFound', { detail: 'There is no tenant of this id' });
    const page = await listPending(directoryOf(tenant), after === undefined ? {} : { after });
    const next = page.more ? page.members.at(-1)?.id : undefined;
    const members = page.members.map(({ group, value }) => ({ group, value }));
    return { members, ...(next === undefined ? {} : { next }) };
  };
