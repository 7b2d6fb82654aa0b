import * as z from 'zod';
import type { AccountScope } from '../accounts/scope.ts';
import { settleAccounts } from '../accounts/settle.ts';
import { listPending } from '../directory/members/pending-members.ts';
import { publicResource } from '../directory/public-resource.ts';
import { listResources } from '../directory/query/list-resources.ts';
import { readResource } from '../directory/resources.ts';
import { restoreResource } from '../directory/restore.ts';
import { conflict, notFound, type ScimError } from '../scim/errors.ts';
import { findUsers } from './find-users.ts';
import { selectionOf, usersQuery, writeCursor } from './list-query.ts';
import { manageRow, noTenant, requireTenant } from './row.ts';
import { pageOf, pageQuery, resourceView } from './views.ts';

const userView = resourceView.describe('The user as the client provided it over SCIM.');

/** The operations on the users and pending members that the client has provided. */
export const userRows = [
  manageRow({
    name: 'manage-pending-members',
    method: 'GET',
    template: 'tenants/{tenant}/pending-members',
    summary: 'Lists members that the client has named and that do not exist yet.',
    query: pageQuery,
    answer: pageOf('members', z.object({ group: z.string(), value: z.string() })),
    async run(context, { params, query: { after } }) {
      const directory = context.directoryOf(await requireTenant(context, params));
      const page = await listPending(directory, after);
      const members = page.members.map(({ group, value }) => ({ group, value }));
      return { members, next: page.more ? page.members.at(-1)?.id : undefined };
    },
  }),
  manageRow({
    name: 'manage-users-list',
    method: 'GET',
    template: 'tenants/{tenant}/users',
    appKeys: 'read',
    summary: 'Lists users in the order of their creation, or of what one parameter selects.',
    query: usersQuery,
    answer: pageOf('users', userView),
    async run(context, { params, query }) {
      const { directory, userType } = context.accountsOf(await requireTenant(context, params));
      const { documents, next } = await listResources(directory, userType, selectionOf(query));
      return { users: documents.map(publicResource), next: writeCursor(next) };
    },
  }),
  manageRow({
    name: 'manage-users-find',
    method: 'POST',
    template: 'tenants/{tenant}/users/find',
    appKeys: 'read',
    summary:
      'Finds users by id, userName, externalId or e-mail address. The body has it, as hosts log addresses.',
    body: z.strictObject({
      text: z.string().trim().min(1).max(1_000).describe('The whole value, not a part of it.'),
    }),
    answer: z.object({ users: z.array(userView) }),
    async run(context, { params, body: { text } }) {
      const scope = context.accountsOf(await requireTenant(context, params));
      return { users: (await findUsers(scope, text)).map(publicResource) };
    },
  }),
  manageRow({
    name: 'manage-users-retrieve',
    method: 'GET',
    template: 'tenants/{tenant}/users/{user}',
    appKeys: 'read',
    summary: 'Retrieves a user as the client provided it.',
    answer: userView,
    async run(context, { params }) {
      const { directory, userType } = context.accountsOf(await requireTenant(context, params));
      const stored = await readResource(directory, userType, params.user);
      if (!stored) throw noUser(params.user);
      return publicResource(stored.document);
    },
  }),
  manageRow({
    name: 'manage-users-restore',
    method: 'POST',
    template: 'tenants/{tenant}/users/{user}/restore',
    summary: 'Restores a deleted user during its grace period. The client must add it to its groups again.',
    answer: userView,
    async run(context, { params }) {
      const tenant = await context.tenants.retrieveFresh(params.tenant);
      if (!tenant) throw noTenant();
      if (tenant.ending) throw ended();
      const scope = context.accountsOf(tenant);
      const restored = await restoreResource(scope.directory, scope.userType, params.user);
      if (!restored) throw await unrestorable(scope, params.user);
      await settleAccounts(scope, [restored.id]);
      return publicResource(restored);
    },
  }),
];

async function unrestorable({ directory, userType }: AccountScope, id: string): Promise<ScimError> {
  const stored = await readResource(directory, userType, id);
  return stored ? conflict(`The user "${id.slice(0, 64)}" is not deleted`) : noUser(id);
}

function ended(): ScimError {
  return conflict('The synchronisation of the tenant is ending: its users cannot be restored any more');
}

function noUser(id: string): ScimError {
  return notFound(`There is no user "${id.slice(0, 64)}", or its grace period is over`);
}
