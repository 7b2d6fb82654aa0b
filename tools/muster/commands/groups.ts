import { findTenant } from '../api/find-tenant.ts';
import { readAll } from '../api/pages.ts';
import { at } from '../api/path.ts';
import { command } from '../command.ts';
import { describeDocument } from '../terminal/describe.ts';
import { toTable } from '../terminal/table.ts';
import { groupOptions, listQuery } from './selection.ts';

interface GroupView {
  readonly id: string;
  readonly displayName?: string;
  readonly externalId?: string;
  readonly memberCount: number;
}

interface MemberView {
  readonly id: string;
  readonly type: string;
}

/** The commands on groups that the client provisioned. */
export const groupCommands = [
  command({
    name: 'groups list',
    takes: ['tenant'],
    summary: 'Lists groups as the client provisioned them, or those that one option selects.',
    example: 'groups list Contoso --display-name eng',
    options: groupOptions,
    async run(session, { tenant, ...options }) {
      const { id } = await findTenant(session, tenant);
      const query = listQuery(session, options);
      const list = { path: at`/tenants/${id}/groups`, name: 'groups', query };
      const groups = await readAll<GroupView>(session, list);
      session.output.result({ groups }, () =>
        groups.length === 0
          ? 'There are no such groups.'
          : toTable(groups, {
              Id: (group) => group.id,
              'Display name': ({ displayName }) => displayName,
              Members: ({ memberCount }) => String(memberCount),
              'External id': ({ externalId }) => externalId,
            }),
      );
    },
  }),
  command({
    name: 'groups show',
    takes: ['tenant', 'group'],
    summary: 'Shows a group as the client provisioned it, without its members.',
    example: 'groups show Contoso $GROUP_ID',
    async run({ api, output }, { tenant, group }) {
      const { id } = await findTenant({ api, output }, tenant);
      const shown = await api.get<object>(at`/tenants/${id}/groups/${group}`);
      output.result(shown, () => describeDocument(shown));
    },
  }),
  command({
    name: 'groups members',
    takes: ['tenant', 'group'],
    summary: 'Lists the ids of the members of a group.',
    example: 'groups members Contoso $GROUP_ID',
    async run(session, { tenant, group }) {
      const { id } = await findTenant(session, tenant);
      const list = { path: at`/tenants/${id}/groups/${group}/members`, name: 'members' };
      const members = await readAll<MemberView>(session, list);
      session.output.result({ members }, () =>
        members.length === 0
          ? 'The group has no members.'
          : toTable(members, { Id: (member) => member.id, Type: ({ type }) => type }),
      );
    },
  }),
];
