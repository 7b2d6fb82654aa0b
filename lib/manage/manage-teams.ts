import * as z from 'zod';
import type { AccountScope } from '../accounts/scope.ts';
import { addTeamMember, clearTeam, listTeamMembers, removeTeamMember } from '../accounts/team-members.ts';
import { createTeam, listTeams, removeTeam, renameTeam, requireRemovable } from '../accounts/teams.ts';
import { type EventFacts, recordEvent } from '../directory/events.ts';
import { accountsOf } from './manage-accounts.ts';
import { unmapTeam } from './manage-mappings.ts';
import { manageRow, requireTenant } from './row.ts';
import { accountView, pageOf, pageQuery, teamView, viewAccount, viewTeam } from './views.ts';

const nameSchema = z.strictObject({ name: z.string().trim().min(1).max(100) });

/** The operations on teams. */
export const teamRows = [
  manageRow({
    name: 'manage-teams-create',
    method: 'POST',
    template: 'tenants/{tenant}/teams',
    summary: 'Creates a team by hand.',
    status: 201,
    body: nameSchema,
    answer: teamView,
    async run(context, { params, body: { name } }) {
      const scope = await accountsOf(context, params);
      const team = await createTeam(scope, name);
      await recordTeam(scope, { operation: 'create', id: team.id, attributes: ['name'] });
      return viewTeam(team);
    },
  }),
  manageRow({
    name: 'manage-teams-list',
    method: 'GET',
    template: 'tenants/{tenant}/teams',
    summary: 'Lists teams: the central one, those made by hand, and those of groups with users.',
    status: 200,
    query: pageQuery,
    answer: pageOf('teams', teamView),
    async run(context, { params, query: { after } }) {
      const { teams, next } = await listTeams(await accountsOf(context, params), after);
      return { teams: teams.map(viewTeam), next };
    },
  }),
  manageRow({
    name: 'manage-teams-rename',
    method: 'PATCH',
    template: 'tenants/{tenant}/teams/{team}',
    summary: 'Renames a team made by hand, or the central one.',
    status: 200,
    body: nameSchema,
    answer: teamView,
    async run(context, { params, body: { name } }) {
      const scope = await accountsOf(context, params);
      const team = await renameTeam(scope, params.team, name);
      await recordTeam(scope, { operation: 'edit', id: team.id, attributes: ['name'] });
      return viewTeam(team);
    },
  }),
  manageRow({
    name: 'manage-teams-delete',
    method: 'DELETE',
    template: 'tenants/{tenant}/teams/{team}',
    summary: 'Removes a team made by hand, and the mappings of groups to it.',
    status: 204,
    async run(context, { params }) {
      const scope = await accountsOf(context, params);
      const { team } = params;
      await requireRemovable(scope, team);
      // The team is removed last, so that an interrupted deletion can be repeated.
      await unmapTeam(context, await requireTenant(context, params), team);
      await clearTeam(scope, team);
      await removeTeam(scope, team);
      await recordTeam(scope, { operation: 'delete', id: team });
    },
  }),
  manageRow({
    name: 'manage-team-members-list',
    method: 'GET',
    template: 'tenants/{tenant}/teams/{team}/members',
    summary: 'Lists the active members of a team. A member who is in it twice is listed twice.',
    status: 200,
    query: pageQuery,
    answer: pageOf('members', accountView),
    async run(context, { params, query: { after } }) {
      const scope = await accountsOf(context, params);
      const { members, next } = await listTeamMembers(scope, params.team, after);
      return { members: members.map(viewAccount), next };
    },
  }),
  manageRow({
    name: 'manage-team-members-add',
    method: 'PUT',
    template: 'tenants/{tenant}/teams/{team}/members/{account}',
    summary: 'Adds an account to a team made by hand.',
    status: 204,
    async run(context, { params }) {
      const scope = await accountsOf(context, params);
      await addTeamMember(scope, params.team, params.account);
      await recordTeam(scope, { operation: 'edit', id: params.team, attributes: ['members'] });
    },
  }),
  manageRow({
    name: 'manage-team-members-remove',
    method: 'DELETE',
    template: 'tenants/{tenant}/teams/{team}/members/{account}',
    summary: 'Removes an account from a team made by hand.',
    status: 204,
    async run(context, { params }) {
      const scope = await accountsOf(context, params);
      await removeTeamMember(scope, params.team, params.account);
      await recordTeam(scope, { operation: 'edit', id: params.team, attributes: ['members'] });
    },
  }),
];

function recordTeam({ directory }: AccountScope, facts: EventFacts): Promise<void> {
  return recordEvent(directory, { name: 'Team' }, facts);
}
