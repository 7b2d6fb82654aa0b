import * as z from 'zod';
import { requestResettling } from '../accounts/maintenance.ts';
import { requireTeam } from '../accounts/teams.ts';
import { recordEvent } from '../directory/events.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { accountsOf } from './manage-accounts.ts';
import { readPolicy } from './read-policy.ts';
import { type ManageContext, manageRow, noTenant } from './row.ts';

type Groups = Policy['groups'];

const mappingsView = z.object({
  toTeams: z.array(z.object({ group: z.string(), team: z.string() })),
  toRoles: z.array(z.object({ group: z.string(), role: z.string() })),
});

/** The operations on the mappings of remote groups (by externalId) to local teams and roles. */
export const mappingRows = [
  manageRow({
    name: 'manage-mappings-list',
    method: 'GET',
    template: 'tenants/{tenant}/mappings',
    summary: 'Lists the remote groups that are mapped to local teams and roles.',
    status: 200,
    answer: mappingsView,
    async run(context, { params }) {
      return viewMappings((await accountsOf(context, params)).policy.groups);
    },
  }),
  manageRow({
    name: 'manage-mappings-role',
    method: 'PUT',
    template: 'tenants/{tenant}/mappings/{group}/role',
    summary: 'Maps a remote group to a role.',
    status: 200,
    body: z.strictObject({ role: z.string() }),
    answer: mappingsView,
    run: (context, { params, body: { role } }) =>
      map(context, params, (groups) => ({
        ...groups,
        toRoles: [...without(groups.toRoles, params.group), { group: params.group, role }],
      })),
  }),
  manageRow({
    name: 'manage-mappings-team',
    method: 'PUT',
    template: 'tenants/{tenant}/mappings/{group}/team',
    summary: 'Maps a remote group to a local team.',
    status: 200,
    body: z.strictObject({ team: z.string() }),
    answer: mappingsView,
    async run(context, { params, body: { team } }) {
      await requireTeam(await accountsOf(context, params), team);
      return map(context, params, (groups) => ({
        ...groups,
        toTeams: [...without(groups.toTeams, params.group), { group: params.group, team }],
      }));
    },
  }),
  manageRow({
    name: 'manage-mappings-remove',
    method: 'DELETE',
    template: 'tenants/{tenant}/mappings/{group}',
    summary: 'Removes the mappings of a remote group.',
    status: 200,
    answer: mappingsView,
    run: (context, { params }) =>
      map(context, params, (groups) => ({
        ...groups,
        toTeams: without(groups.toTeams, params.group),
        toRoles: without(groups.toRoles, params.group),
      })),
  }),
];

function without<Row extends { readonly group: string }>(rows: readonly Row[], group: string): Row[] {
  return rows.filter((row) => row.group !== group);
}

/** Changes the mappings under the tenant's version check, so that simultaneous changes are not lost. */
async function map(
  context: ManageContext,
  params: { readonly tenant: string },
  change: (groups: Groups) => Groups,
): Promise<object> {
  await accountsOf(context, params);
  const { tenant: id } = params;
  const edited = await context.tenants.edit(id, ({ policy }) => ({
    policy: readPolicy({ ...policy, groups: change(policy.groups) }, context),
  }));
  if (!edited) throw noTenant();
  await recordEvent(context.directoryOf(edited), { name: 'Tenant' }, mappingsEdited(id));
  await requestResettling(context.accountsOf(edited));
  return viewMappings(edited.policy.groups);
}

/** Removes the mappings to a team. */
export async function unmapTeam(context: ManageContext, tenant: Tenant, team: string): Promise<void> {
  const isMapped = ({ policy }: Tenant) => policy.groups.toTeams.some((row) => row.team === team);
  if (!isMapped(tenant)) return;
  await context.tenants.edit(tenant.id, ({ policy }) => {
    const toTeams = policy.groups.toTeams.filter((row) => row.team !== team);
    return { policy: { ...policy, groups: { ...policy.groups, toTeams } } };
  });
  await recordEvent(context.directoryOf(tenant), { name: 'Tenant' }, mappingsEdited(tenant.id));
}

const mappingsEdited = (id: string) =>
  ({ operation: 'edit', id, attributes: ['policy.groups.toTeams', 'policy.groups.toRoles'] }) as const;

function viewMappings({ toTeams, toRoles }: Groups): object {
  return { toTeams, toRoles };
}
