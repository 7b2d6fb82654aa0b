import * as z from 'zod';
import { addTeamMember, clearTeam, listTeamMembers, removeTeamMember } from '../accounts/team-members.ts';
import { createTeam, listTeams, removeTeam, renameTeam, requireTeam } from '../accounts/teams.ts';
import { unmapTeam } from '../tenants/mappings.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { groupsQuery, pageLimit, selectionOf, writeCursor } from './list-query.ts';
import { accountsOf } from './manage-accounts.ts';
import { readPolicy } from './read-policy.ts';
import { type ManageContext, manageRow, noTenant } from './row.ts';
import { accountView, pageOf, pageQuery, teamView, viewAccount } from './views.ts';

const nameSchema = z.strictObject({ name: z.string().trim().min(1).max(100) });

const teamsQuery = groupsQuery
  .pick({ after: true, limit: true, externalId: true })
  .extend({ name: groupsQuery.shape.displayName });

/** The operations on teams. */
export const teamRows = [
  manageRow({
    name: 'manage-teams-create',
    method: 'POST',
    template: 'tenants/{tenant}/teams',
    appKeys: 'write',
    summary: 'Creates a team by hand.',
    status: 201,
    body: nameSchema,
    answer: teamView,
    async run(context, { params, body: { name } }) {
      const scope = await accountsOf(context, params);
      return teamView.parse(await createTeam(scope, name));
    },
  }),
  manageRow({
    name: 'manage-teams-list',
    method: 'GET',
    template: 'tenants/{tenant}/teams',
    appKeys: 'read',
    summary:
      'Lists teams: the central one, those made by hand, and those of groups with users. `name` selects those whose ' +
      'name begins with it, and `externalId` that of a group.',
    query: teamsQuery,
    answer: pageOf('teams', teamView),
    async run(context, { params, query: { name, ...query } }) {
      const scope = await accountsOf(context, params);
      const { teams, next } = await listTeams(scope, selectionOf({ ...query, displayName: name }));
      return { teams: teams.map((team) => teamView.parse(team)), next: writeCursor(next) };
    },
  }),
  manageRow({
    name: 'manage-teams-rename',
    method: 'PATCH',
    template: 'tenants/{tenant}/teams/{team}',
    appKeys: 'write',
    summary: 'Renames a team made by hand, or the central one.',
    body: nameSchema,
    answer: teamView,
    async run(context, { params, body: { name } }) {
      const scope = await accountsOf(context, params);
      return teamView.parse(await renameTeam(scope, params.team, name));
    },
  }),
  manageRow({
    name: 'manage-teams-delete',
    method: 'DELETE',
    template: 'tenants/{tenant}/teams/{team}',
    appKeys: 'write',
    summary: 'Removes a team made by hand, and the mappings of groups to it.',
    async run(context, { params }) {
      const scope = await accountsOf(context, params);
      const { tenant, team } = params;
      await removeTeam(scope, team);
      await unmapTeam(context.tenants.by(context.actor), tenant, team);
      await clearTeam(scope, team);
    },
  }),
  manageRow({
    name: 'manage-team-members-list',
    method: 'GET',
    template: 'tenants/{tenant}/teams/{team}/members',
    appKeys: 'read',
    summary: 'Lists the active members of a team. A member who is in it twice is listed twice.',
    query: pageQuery.extend({ limit: pageLimit }),
    answer: pageOf('members', accountView),
    async run(context, { params, query }) {
      const scope = await accountsOf(context, params);
      const { members, next } = await listTeamMembers(scope, params.team, query);
      return { members: members.map(viewAccount), next };
    },
  }),
  manageRow({
    name: 'manage-team-members-add',
    method: 'PUT',
    template: 'tenants/{tenant}/teams/{team}/members/{account}',
    appKeys: 'write',
    summary: 'Adds an account to a team made by hand, or puts it back into the central team.',
    async run(context, { params }) {
      const scope = await accountsOf(context, params);
      await addTeamMember(scope, params.team, params.account);
    },
  }),
  manageRow({
    name: 'manage-team-members-remove',
    method: 'DELETE',
    template: 'tenants/{tenant}/teams/{team}/members/{account}',
    appKeys: 'write',
    summary: 'Removes an account from a team made by hand, or takes it out of the central team for good.',
    async run(context, { params }) {
      const scope = await accountsOf(context, params);
      await removeTeamMember(scope, params.team, params.account);
    },
  }),
];

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
  const edit = ({ policy }: Tenant) => ({
    policy: readPolicy({ ...policy, groups: change(policy.groups) }, context),
  });
  const edited = await context.tenants.by(context.actor).edit(id, edit, ['accounts']);
  if (!edited) throw noTenant();
  return viewMappings(edited.policy.groups);
}

function viewMappings({ toTeams, toRoles }: Groups): object {
  return { toTeams, toRoles };
}
