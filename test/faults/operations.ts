import { limits } from '../../lib/base/limits.ts';
import type { Trust } from '../../lib/tenants/trust.ts';
import { groupBody, patchBody, range, userBody } from '../api/client.ts';
import type { Reply } from '../fuzz/caller.ts';
import type { FaultyApp, Party } from './app.ts';

/** An operation, on a tenant that has what it needs. */
export interface Operation {
  /** Makes what the operation needs; resolves with the request, which may be repeated. */
  readonly prepare: (party: Party, app: FaultyApp) => Promise<() => Promise<Reply>>;
  /** Statuses of a repetition, besides those of success, once the request was carried out. */
  readonly repeated?: readonly number[];
}

async function idOf(reply: Promise<Reply>): Promise<string> {
  const { status, body } = await reply;
  if (status !== 200 && status !== 201)
    throw new Error(`A preparation was answered ${status}: ${body?.detail}`);
  return body.id;
}

const newUser = ({ scim }: Party, name: string, attributes = {}) =>
  idOf(
    scim(
      'POST',
      '/Users',
      userBody(name, { emails: [{ value: `${name}@example.com`, type: 'work' }], ...attributes }),
    ),
  );
const newGroup = ({ scim }: Party, name: string, members: readonly string[] = []) =>
  idOf(scim('POST', '/Groups', groupBody(name, members)));
const newUsers = async (party: Party, count: number) => {
  const ids: string[] = [];
  for (const index of range(count)) ids.push(await newUser(party, `user${index}`));
  return ids;
};
const newTeam = ({ manage }: Party) => idOf(manage('POST', '/teams', { name: 'Night shift' }));
const newAccount = ({ manage }: Party) =>
  idOf(manage('POST', '/accounts', { attributes: { email: 'grace@example.com' } }));
const newKey = ({ manage }: Party) => idOf(manage('POST', '/keys', { label: 'second' }));

const values = (ids: readonly string[]) => ids.map((value) => ({ value }));

let trusts = 0;
/** A trust that no tenant has. */
export function newTrust(): Trust {
  trusts += 1;
  const tenantId = `00000000-0000-4000-8000-${String(trusts).padStart(12, '0')}`;
  const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const jwksUri = 'https://login.microsoftonline.com/common/discovery/v2.0/keys';
  return { issuer, subject: 'app', audience: 'api://muster', tenantId, jwksUri };
}

/** The SCIM operations that change something. */
const provisioning = {
  'create a user': {
    repeated: [409],
    prepare:
      async ({ scim }) =>
      () =>
        scim('POST', '/Users', userBody('ada')),
  },
  'replace a user': {
    prepare: async (party) => {
      const id = await newUser(party, 'ada');
      return () => party.scim('PUT', `/Users/${id}`, userBody('ada.l', { title: 'Countess' }));
    },
  },
  'modify a user': {
    prepare: async (party) => {
      const id = await newUser(party, 'ada');
      const change = patchBody([{ op: 'replace', path: 'userName', value: 'ada.l' }]);
      return () => party.scim('PATCH', `/Users/${id}`, change);
    },
  },
  'deactivate a user': {
    prepare: async (party) => {
      const id = await newUser(party, 'ada');
      const change = patchBody([{ op: 'replace', path: 'active', value: false }]);
      return () => party.scim('PATCH', `/Users/${id}`, change);
    },
  },
  'delete a user who is in groups': {
    repeated: [404],
    prepare: async (party) => {
      const id = await newUser(party, 'ada');
      for (const name of ['one', 'two']) await newGroup(party, name, [id]);
      return () => party.scim('DELETE', `/Users/${id}`);
    },
  },
  'create a group with members': {
    repeated: [409],
    prepare: async (party) => {
      const ids = await newUsers(party, 3);
      return () => party.scim('POST', '/Groups', groupBody('Analysts', ids));
    },
  },
  'add and remove members': {
    prepare: async (party) => {
      const [first = '', ...others] = await newUsers(party, 3);
      const id = await newGroup(party, 'Analysts', [first]);
      const change = patchBody([
        { op: 'add', path: 'members', value: values(others) },
        { op: 'remove', path: `members[value eq "${first}"]` },
      ]);
      return () => party.scim('PATCH', `/Groups/${id}`, change);
    },
  },
  'add more members than a batch holds': {
    prepare: async (party) => {
      const id = await newGroup(party, 'Analysts');
      const ids = await newUsers(party, limits.membersPerBatchMax + 1);
      return () =>
        party.scim('PATCH', `/Groups/${id}`, patchBody([{ op: 'add', path: 'members', value: values(ids) }]));
    },
  },
  'replace a group': {
    prepare: async (party) => {
      const [first = '', second = ''] = await newUsers(party, 2);
      const id = await newGroup(party, 'Analysts', [first]);
      return () => party.scim('PUT', `/Groups/${id}`, groupBody('Engineers', [second]));
    },
  },
  'delete a group': {
    repeated: [404],
    prepare: async (party) => {
      const id = await newGroup(party, 'Analysts', await newUsers(party, 3));
      return () => party.scim('DELETE', `/Groups/${id}`);
    },
  },
  'a bulk request': {
    prepare: async ({ scim }) => {
      const add = (path: string, bulkId: string, data: object) => ({ method: 'POST', path, bulkId, data });
      const body = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          add('/Users', 'a', userBody('ada')),
          add('/Users', 'b', userBody('ben')),
          add('/Groups', 'c', groupBody('Analysts', ['bulkId:a', 'bulkId:b'])),
        ],
      };
      return () => scim('POST', '/Bulk', body);
    },
  },
} satisfies Readonly<Record<string, Operation>>;

/** The management operations that change something. */
const management = {
  'edit a tenant': {
    prepare:
      async ({ manage }) =>
      () =>
        manage('PATCH', '', { name: 'Northwind' }),
  },
  'add a trust': {
    prepare: async ({ manage }) => {
      const policy = { trusts: [newTrust()] };
      return () => manage('PATCH', '', { policy });
    },
  },
  'remove a trust': {
    prepare: async ({ manage }) => {
      await manage('PATCH', '', { policy: { trusts: [newTrust()] } });
      return () => manage('PATCH', '', { policy: { trusts: [] } });
    },
  },
  'end the synchronisation': {
    repeated: [202],
    prepare: async (party) => {
      await newGroup(party, 'Analysts', await newUsers(party, 2));
      await newAccount(party);
      const { identifier } = (await party.manage('PATCH', '', { policy: { trusts: [newTrust()] } })).body;
      return () => party.manage('DELETE', `/synchronization?confirm=${identifier}`);
    },
  },
  'issue a key': {
    prepare:
      async ({ manage }) =>
      () =>
        manage('POST', '/keys', { label: 'new' }),
  },
  'rotate a key': {
    repeated: [404, 409],
    prepare: async (party) => {
      const id = await newKey(party);
      return () => party.manage('POST', `/keys/${id}/rotate`, { label: 'next' });
    },
  },
  'rotate a key with an overlap': {
    prepare: async (party) => {
      const id = await newKey(party);
      return () => party.manage('POST', `/keys/${id}/rotate`, { label: 'next', overlapDays: 7 });
    },
  },
  'revoke a key': {
    repeated: [404],
    prepare: async (party) => {
      const id = await newKey(party);
      return () => party.manage('DELETE', `/keys/${id}`);
    },
  },
  'create an account by hand': {
    repeated: [409],
    prepare:
      async ({ manage }) =>
      () =>
        manage('POST', '/accounts', { attributes: { email: 'g@example.com' } }),
  },
  'edit an account': {
    prepare: async (party) => {
      const id = await newAccount(party);
      return () => party.manage('PATCH', `/accounts/${id}`, { attributes: { email: 'h@example.com' } });
    },
  },
  'delete an account': {
    repeated: [404, 409],
    prepare: async (party) => {
      const id = await newAccount(party);
      return () => party.manage('DELETE', `/accounts/${id}`);
    },
  },
  'create a team': {
    repeated: [409],
    prepare:
      async ({ manage }) =>
      () =>
        manage('POST', '/teams', { name: 'Night shift' }),
  },
  'rename a team': {
    prepare: async (party) => {
      const id = await newTeam(party);
      return () => party.manage('PATCH', `/teams/${id}`, { name: 'Day shift' });
    },
  },
  'add a member to a team': {
    prepare: async (party) => {
      const [team, account] = [await newTeam(party), await newAccount(party)];
      return () => party.manage('PUT', `/teams/${team}/members/${account}`);
    },
  },
  'remove a member from a team': {
    repeated: [404],
    prepare: async (party) => {
      const [team, account] = [await newTeam(party), await newAccount(party)];
      await party.manage('PUT', `/teams/${team}/members/${account}`);
      return () => party.manage('DELETE', `/teams/${team}/members/${account}`);
    },
  },
  'delete a team': {
    repeated: [404],
    prepare: async (party) => {
      const [team, account] = [await newTeam(party), await newAccount(party)];
      await party.manage('PUT', `/teams/${team}/members/${account}`);
      return () => party.manage('DELETE', `/teams/${team}`);
    },
  },
  'map a group to a role': {
    prepare:
      async ({ manage }) =>
      () =>
        manage('PUT', '/mappings/g1/role', { role: 'user' }),
  },
  'remove a mapping': {
    repeated: [404],
    prepare: async ({ manage }) => {
      await manage('PUT', '/mappings/g1/role', { role: 'user' });
      return () => manage('DELETE', '/mappings/g1');
    },
  },
  'send a mail again': {
    repeated: [202, 409],
    prepare: async (party, app) => {
      await party.manage('PATCH', '', { policy: { notifications: { welcome: true } } });
      await newUser(party, 'ada');
      await app.pass(1);
      const [mail] = (await party.manage('GET', '/mails')).body.mails;
      return () => party.manage('POST', `/mails/${mail.id}/send`);
    },
  },
  'convert logins': {
    prepare: async (party) => {
      await newUsers(party, 3);
      return () => party.manage('POST', '/login-conversion', { dryRun: false });
    },
  },
} satisfies Readonly<Record<string, Operation>>;

/** All operations that change something, by name. */
export const operations = { ...provisioning, ...management };
