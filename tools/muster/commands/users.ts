import { findTenant } from '../api/find-tenant.ts';
import { readAll } from '../api/pages.ts';
import { at } from '../api/path.ts';
import { command } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { describeDocument } from '../terminal/describe.ts';
import { toTable } from '../terminal/table.ts';
import { typed } from '../typed.ts';
import { listQuery, userOptions } from './selection.ts';

interface PendingMember {
  readonly group: string;
  readonly value: string;
}

interface UserView {
  readonly id: string;
  readonly userName?: string;
  readonly active?: boolean;
  readonly externalId?: string;
}

interface Found {
  readonly users: readonly UserView[];
}

/** The commands on users and members that the client provisioned. */
export const userCommands = [
  command({
    name: 'users list',
    takes: ['tenant'],
    summary: 'Lists users as the client provisioned them, or those that one option selects.',
    example: 'users list Contoso --family-name sm',
    options: userOptions,
    async run(session, { tenant, ...options }) {
      const { id } = await findTenant(session, tenant);
      const query = listQuery(session, options);
      const users = await readAll<UserView>(session, {
        path: at`/tenants/${id}/users`,
        name: 'users',
        query,
      });
      session.output.result({ users }, () =>
        users.length === 0 ? 'There are no such users.' : describeFound(users),
      );
    },
  }),
  command({
    name: 'users show',
    takes: ['tenant', 'user'],
    summary: 'Shows a user as the client provisioned it.',
    example: 'users show Contoso $USER_ID',
    async run({ api, output }, { tenant, user }) {
      const { id } = await findTenant({ api, output }, tenant);
      const shown = await api.get<object>(at`/tenants/${id}/users/${user}`);
      output.result(shown, () => describeDocument(shown));
    },
  }),
  command({
    name: 'users find',
    takes: ['tenant', 'text'],
    summary: 'Finds users by their whole userName, e-mail address, externalId or id.',
    details:
      'It ignores case, except in an externalId or id. To find the beginning of a value, use users list.',
    example: 'users find Contoso anna@example.com',
    async run(session, { tenant: reference, text }) {
      const tenant = await findTenant(session, reference);
      const found = await session.api.post<Found>(at`/tenants/${tenant.id}/users/find`, { text });
      if (found.users.length > 0) return session.output.result(found, () => describeFound(found.users));
      throw new CommandError(
        'notFound',
        'No user has this text as its userName, e-mail address, externalId or id. Deleted users cannot be found. ' +
          `${typed(`audit ${tenant.identifier} --outcome refused`)} shows what was refused.`,
      );
    },
  }),
  command({
    name: 'users restore',
    takes: ['tenant', 'user'],
    summary: 'Restores a deleted user during its grace period. The client must add it to its groups again.',
    example: 'users restore Contoso $USER_ID',
    async run({ api, output }, { tenant, user }) {
      const { id } = await findTenant({ api, output }, tenant);
      const restored = await api.post<object>(at`/tenants/${id}/users/${user}/restore`);
      output.result(restored, () => describeDocument(restored));
    },
  }),
  command({
    name: 'pending',
    takes: ['tenant'],
    summary: 'Lists group members that the client named before they existed.',
    example: 'pending Contoso',
    async run(session, { tenant }) {
      const { id } = await findTenant(session, tenant);
      const list = { path: at`/tenants/${id}/pending-members`, name: 'members' };
      const members = await readAll<PendingMember>(session, list);
      session.output.result({ members }, () =>
        members.length === 0
          ? 'No group is waiting for a member.'
          : toTable(members, { Group: ({ group }) => group, Member: ({ value }) => value }),
      );
    },
  }),
];

function describeFound(users: readonly UserView[]): string {
  return toTable(users, {
    Id: ({ id }) => id,
    'User name': ({ userName }) => userName,
    Active: ({ active }) => (active === false ? 'no' : 'yes'),
    'External id': ({ externalId }) => externalId,
  });
}
