import * as z from 'zod';
import { addTeamMember, listTeamMembers, removeTeamMember } from '../accounts/team-members.ts';
import { createTeam, listTeams, removeTeam, renameTeam } from '../accounts/teams.ts';
import { accountsOf } from './manage-accounts.ts';
import { manageRow } from './row.ts';
import { accountView, pageOf, pageQuery, teamView, viewAccount, viewTeam } from './views.ts';

const nameSchema = z.strictObject({ name: z.string().trim().min(1).max(100) });

/** The operations on teams. */
export const teamRows = [
  manageRow({
    name: 'manage-teams-create',
    method: 'POST',
    template: 'tenants/{tenant}/teams',
    summary: 'Makes a team by hand.',
    status: 201,
    body: nameSchema,
    answer: teamView,
    async run(parts, { params, body: { name } }) {
      return viewTeam(await createTeam(await accountsOf(parts, params), name));
    },
  }),
  manageRow({
    name: 'manage-teams-list',
    method: 'GET',
    template: 'tenants/{tenant}/teams',
    summary: 'Lists teams: central, made by hand, and of groups that have users.',
    status: 200,
    query: pageQuery,
    answer: pageOf('teams', teamView),
    async run(parts, { params, query: { after } }) {
      const { teams, next } = await listTeams(await accountsOf(parts, params), after);
      return { teams: teams.map(viewTeam), ...(next !== undefined && { next }) };
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
    async run(parts, { params, body: { name } }) {
      return viewTeam(await renameTeam(await accountsOf(parts, params), params.team ?? '', name));
    },
  }),
  manageRow({
    name: 'manage-teams-delete',
    method: 'DELETE',
    template: 'tenants/{tenant}/teams/{team}',
    summary: 'Removes a team made by hand.',
    status: 204,
    async run(parts, { params }) {
      await removeTeam(await accountsOf(parts, params), params.team ?? '');
      return undefined;
    },
  }),
  manageRow({
    name: 'manage-team-members-list',
    method: 'GET',
    template: 'tenants/{tenant}/teams/{team}/members',
    summary: 'Lists the members of a team who can work; who is in it twice comes twice.',
    status: 200,
    query: pageQuery,
    answer: pageOf('members', accountView),
    async run(parts, { params, query: { after } }) {
      const scope = await accountsOf(parts, params);
      const { members, next } = await listTeamMembers(scope, params.team ?? '', after);
      return { members: members.map(viewAccount), ...(next !== undefined && { next }) };
    },
  }),
  manageRow({
    name: 'manage-team-members-add',
    method: 'PUT',
    template: 'tenants/{tenant}/teams/{team}/members/{account}',
    summary: 'Puts an account into a team made by hand.',
    status: 204,
    async run(parts, { params: { team = '', account = '', ...params } }) {
      await addTeamMember(await accountsOf(parts, params), team, account);
      return undefined;
    },
  }),
  manageRow({
    name: 'manage-team-members-remove',
    method: 'DELETE',
    template: 'tenants/{tenant}/teams/{team}/members/{account}',
    summary: 'Takes an account out of a team made by hand.',
    status: 204,
    async run(parts, { params: { team = '', account = '', ...params } }) {
      await removeTeamMember(await accountsOf(parts, params), team, account);
      return undefined;
    },
  }),
];
