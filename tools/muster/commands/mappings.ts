import type { Policy } from '../../../lib/tenants/policy.ts';
import { findTenant } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { command } from '../command.ts';
import type { Session } from '../session.ts';
import { toTable } from '../terminal/table.ts';

type Mappings = Pick<Policy['groups'], 'toTeams' | 'toRoles'>;

/** The commands on mappings. */
export const mappingCommands = [
  command({
    name: 'mappings list',
    takes: ['tenant'],
    summary: 'Lists the remote groups that are mapped to local teams and roles.',
    example: 'mappings list Contoso',
    async run(session, { tenant }) {
      const { id } = await findTenant(session, tenant);
      show(session, await session.api.get<Mappings>(at`/tenants/${id}/mappings`));
    },
  }),
  command({
    name: 'mappings team',
    takes: ['tenant', 'group', 'team'],
    summary: 'Maps a remote group, by its object id, to a local team.',
    example: 'mappings team Contoso $GROUP $TEAM',
    async run(session, { tenant, group, team }) {
      const { id } = await findTenant(session, tenant);
      const path = at`/tenants/${id}/mappings/${group}/team`;
      show(session, await session.api.put<Mappings>(path, { team }));
    },
  }),
  command({
    name: 'mappings role',
    takes: ['tenant', 'group', 'role'],
    summary: 'Maps a remote group, by its object id, to a role.',
    example: 'mappings role Contoso $GROUP userManager',
    async run(session, { tenant, group, role }) {
      const { id } = await findTenant(session, tenant);
      const path = at`/tenants/${id}/mappings/${group}/role`;
      show(session, await session.api.put<Mappings>(path, { role }));
    },
  }),
  command({
    name: 'mappings remove',
    takes: ['tenant', 'group'],
    summary: 'Removes the mappings of a remote group, by its object id.',
    example: 'mappings remove Contoso $GROUP',
    async run(session, { tenant, group }) {
      const { id } = await findTenant(session, tenant);
      show(session, await session.api.delete<Mappings>(at`/tenants/${id}/mappings/${group}`));
    },
  }),
];

function show({ output }: Session, mappings: Mappings): void {
  const rows = [
    ...mappings.toTeams.map(({ group, team }) => ({ group, kind: 'team', target: team })),
    ...mappings.toRoles.map(({ group, role }) => ({ group, kind: 'role', target: role })),
  ];
  const columns = {
    Group: ({ group }: (typeof rows)[number]) => group,
    'Is mapped to': ({ kind, target }: (typeof rows)[number]) => `${kind} ${target}`,
  };
  output.result(mappings, () => (rows.length === 0 ? 'No group is mapped.' : toTable(rows, columns)));
}
