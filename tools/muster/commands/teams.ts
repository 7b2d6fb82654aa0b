import type * as z from 'zod';
import type { teamView } from '../../../lib/manage/views.ts';
import { findTenant } from '../api/find-tenant.ts';
import { readAll } from '../api/pages.ts';
import { at } from '../api/path.ts';
import { command } from '../command.ts';
import type { Session } from '../session.ts';
import { type Columns, toTable } from '../terminal/table.ts';
import { type AccountView, accountColumns } from './accounts.ts';

type TeamView = z.infer<typeof teamView>;

const origins = { central: 'central team', group: 'from a group', hand: 'made by hand' } as const;
const columns: Columns<TeamView> = {
  Id: ({ id }) => id,
  Name: ({ name }) => name,
  Origin: ({ origin }) => origins[origin],
};

/** The commands on teams. */
export const teamCommands = [
  command({
    name: 'teams list',
    takes: ['tenant'],
    summary:
      'Lists teams: the central team if it has accounts, those made by hand, and those of groups that have users.',
    example: 'teams list Contoso',
    async run(session, { tenant }) {
      const { id } = await findTenant(session, tenant);
      const teams = await readAll<TeamView>(session, { path: at`/tenants/${id}/teams`, name: 'teams' });
      session.output.result({ teams }, () =>
        teams.length === 0 ? 'There are no teams.' : toTable(teams, columns),
      );
    },
  }),
  command({
    name: 'teams members',
    takes: ['tenant', 'team'],
    summary: 'Lists the active and invited members of a team. A member who is in it twice appears twice.',
    example: 'teams members Contoso central',
    async run(session, { tenant, team }) {
      const { id } = await findTenant(session, tenant);
      const list = { path: at`/tenants/${id}/teams/${team}/members`, name: 'members' };
      const members = await readAll<AccountView>(session, list);
      session.output.result({ members }, () =>
        members.length === 0 ? 'The team has no members.' : toTable(members, accountColumns),
      );
    },
  }),
  command({
    name: 'teams create',
    takes: ['tenant', 'name'],
    summary: 'Creates a team by hand.',
    example: 'teams create Contoso "Night shift"',
    async run(session, { tenant, name }) {
      const { id } = await findTenant(session, tenant);
      show(session, await session.api.post<TeamView>(at`/tenants/${id}/teams`, { name }));
    },
  }),
  command({
    name: 'teams rename',
    takes: ['tenant', 'team', 'name'],
    summary: 'Renames the central team or a team made by hand.',
    example: 'teams rename Contoso central Everyone',
    async run(session, { tenant, team, name }) {
      const { id } = await findTenant(session, tenant);
      show(session, await session.api.patch<TeamView>(at`/tenants/${id}/teams/${team}`, { name }));
    },
  }),
  command({
    name: 'teams remove',
    takes: ['tenant', 'team'],
    summary: 'Removes a team made by hand.',
    example: 'teams remove Contoso $TEAM',
    async run(session, { tenant, team }) {
      const { id } = await findTenant(session, tenant);
      await session.api.delete(at`/tenants/${id}/teams/${team}`);
      session.output.note(`Removed the team ${team}.`);
    },
  }),
  command({
    name: 'teams add',
    takes: ['tenant', 'team', 'account'],
    summary: 'Adds an account to a team made by hand.',
    example: 'teams add Contoso $TEAM $ACCOUNT',
    async run(session, { tenant, team, account }) {
      const { id } = await findTenant(session, tenant);
      await session.api.put(at`/tenants/${id}/teams/${team}/members/${account}`);
      session.output.note(`Added the account ${account} to the team ${team}.`);
    },
  }),
  command({
    name: 'teams take',
    takes: ['tenant', 'team', 'account'],
    summary: 'Removes an account from a team made by hand.',
    example: 'teams take Contoso $TEAM $ACCOUNT',
    async run(session, { tenant, team, account }) {
      const { id } = await findTenant(session, tenant);
      await session.api.delete(at`/tenants/${id}/teams/${team}/members/${account}`);
      session.output.note(`Removed the account ${account} from the team ${team}.`);
    },
  }),
];

function show({ output }: Session, team: TeamView): void {
  output.result(team, () => toTable([team], columns));
}
