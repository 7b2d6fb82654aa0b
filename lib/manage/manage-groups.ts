import * as z from 'zod';
import { readGroup } from '../directory/members/groups.ts';
import { queryMembershipPage } from '../directory/members/member-pages.ts';
import { publicResource } from '../directory/public-resource.ts';
import { listResources } from '../directory/query/list-resources.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { notFound } from '../scim/errors.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import { groupsQuery, pageLimit, selectionOf, writeCursor } from './list-query.ts';
import { type ManageContext, manageRow, requireTenant } from './row.ts';
import { pageOf, pageQuery, resourceView } from './views.ts';

const groupView = resourceView
  .extend({ memberCount: z.int().describe('Number of members, users and groups.') })
  .describe('The group as the client provided it over SCIM, without its members.');
const memberView = z.object({ id: z.string(), type: z.enum(['User', 'Group']) });

/** The operations that read the groups that the client has provided. */
export const groupRows = [
  manageRow({
    name: 'manage-groups-list',
    method: 'GET',
    template: 'tenants/{tenant}/groups',
    appKeys: 'read',
    summary: 'Lists groups in the order of their creation, or of what one parameter selects.',
    query: groupsQuery,
    answer: pageOf('groups', groupView),
    async run(context, { params, query }) {
      const { directory } = await scopeOf(context, params);
      const { documents, next } = await listResources(directory, groupType, selectionOf(query));
      return { groups: documents.map(publicResource), next: writeCursor(next) };
    },
  }),
  manageRow({
    name: 'manage-groups-retrieve',
    method: 'GET',
    template: 'tenants/{tenant}/groups/{group}',
    appKeys: 'read',
    summary: 'Retrieves a group as the client provided it, without its members.',
    answer: groupView,
    async run(context, { params }) {
      const { directory } = await scopeOf(context, params);
      return publicResource(await requireGroup(directory, params.group));
    },
  }),
  manageRow({
    name: 'manage-group-members-list',
    method: 'GET',
    template: 'tenants/{tenant}/groups/{group}/members',
    appKeys: 'read',
    summary: 'Lists the ids of the members of a group.',
    query: pageQuery.extend({ limit: pageLimit }),
    answer: pageOf('members', memberView),
    async run(context, { params, query: { after, limit } }) {
      const { directory } = await scopeOf(context, params);
      const { id } = await requireGroup(directory, params.group);
      const page = await queryMembershipPage(directory, {
        of: { side: 'group', id },
        startIndex: 1,
        after: after === undefined ? undefined : { id: after },
        count: limit,
        // Nobody is told the number, so that it need not be counted.
        total: 0,
      });
      const members = page.memberships.map(({ user, type }) => ({ id: user, type }));
      return { members, next: page.next?.position?.id };
    },
  }),
];

async function scopeOf(context: ManageContext, params: { readonly tenant: string }) {
  return context.accountsOf(await requireTenant(context, params));
}

async function requireGroup(
  directory: Parameters<typeof readGroup>[0],
  id: string,
): Promise<ResourceDocument> {
  const stored = await readGroup(directory, groupType, id);
  if (stored) return stored.document;
  throw notFound(`There is no group "${id.slice(0, 64)}": GET …/groups lists them`);
}
