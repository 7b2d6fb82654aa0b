import type { Readable } from 'node:stream';
import type * as z from 'zod';
import type { accountView } from '../../../lib/manage/views.ts';
import { findTenant } from '../api/find-tenant.ts';
import { readAll } from '../api/pages.ts';
import { at } from '../api/path.ts';
import { choice, command, several, splitAssignment, text } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { readJsonFile } from '../policy/read-json.ts';
import type { Session } from '../session.ts';
import { describeDocument } from '../terminal/describe.ts';
import { type Columns, toTable } from '../terminal/table.ts';
import { typed } from '../typed.ts';
import { listQuery, peopleOptions } from './selection.ts';

export type AccountView = z.infer<typeof accountView>;

/** The columns of a table of accounts. */
export const accountColumns: Columns<AccountView> = {
  Id: ({ id }) => id,
  State: ({ state, hold }) => (hold === undefined ? state : `${state}: ${hold}`),
  Login: ({ login, federated }) => login ?? federated?.subject,
  'E-mail': ({ attributes }) => attributes.email,
  Name: ({ attributes }) => attributes.displayName,
  Role: ({ role }) => role,
  Type: ({ type }) => type,
  Made: ({ user, adopted }) => (user === undefined ? 'by hand' : adopted ? 'adopted' : 'over SCIM'),
};

interface Found {
  readonly accounts: readonly AccountView[];
}

const loginOptions = {
  login: text('--login <login>', 'what the person signs in with'),
  issuer: text(
    '--issuer <address>',
    'with --subject, in place of --login: the issuer that the person signs in at',
  ),
  subject: text('--subject <subject>', 'the subject of the person at the issuer'),
};

const editOptions = {
  attribute: several(
    '--attribute <name=value>',
    'a value of the account, such as email=a@example.com; may be repeated',
  ),
  role: text('--role <role>', 'one of the roles in the policy'),
  type: choice('--type <type>', 'type of the account', ['regular', 'stakeholder']),
  ...loginOptions,
  own: text(
    '--own <file>',
    'JSON file with data of the application about the account; - reads the standard input',
  ),
};

/** The commands on accounts. */
export const accountCommands = [
  command({
    name: 'accounts list',
    takes: ['tenant'],
    summary:
      'Lists accounts in the order of their creation. A name, address or external id is that of the user whom the ' +
      'account follows.',
    example: 'accounts list Contoso --state held',
    options: {
      state: choice('--state <state>', 'only accounts in this state', [
        ...(['held', 'invited', 'active', 'disabled', 'removed'] as const),
      ]),
      hold: choice('--hold <reason>', 'only accounts held for this reason', [
        ...(['noGroup', 'noLicence', 'addressTaken', 'loginTaken'] as const),
      ]),
      ...peopleOptions,
    },
    async run(session, { tenant, ...options }) {
      const { id } = await findTenant(session, tenant);
      const query = listQuery(session, options);
      const list = { path: at`/tenants/${id}/accounts`, name: 'accounts', query };
      const accounts = await readAll<AccountView>(session, list);
      session.output.result({ accounts }, () =>
        accounts.length === 0 ? 'There are no such accounts.' : toTable(accounts, accountColumns),
      );
    },
  }),
  command({
    name: 'accounts find',
    takes: ['tenant'],
    summary: 'Finds the account that a person signs in to.',
    example: 'accounts find Contoso --login anna@example.com',
    options: loginOptions,
    async run(session, { tenant, ...options }) {
      const login = loginOf(options);
      if (Object.keys(login).length === 0)
        throw new CommandError('usage', 'Give a login: --login, or --issuer and --subject together.');
      const { id } = await findTenant(session, tenant);
      const found = await session.api.post<Found>(at`/tenants/${id}/accounts/find`, login);
      const [account] = found.accounts;
      if (account) return session.output.result(found, () => describeDocument(account));
      throw new CommandError(
        'notFound',
        'No account has this login. ' +
          `${typed(`accounts list ${tenant} --hold loginTaken`)} shows those that wait for one.`,
      );
    },
  }),
  command({
    name: 'accounts show',
    takes: ['tenant', 'account'],
    summary: 'Shows an account.',
    example: 'accounts show Contoso $ACCOUNT',
    async run(session, { tenant, account }) {
      const { id } = await findTenant(session, tenant);
      show(session, await session.api.get<AccountView>(at`/tenants/${id}/accounts/${account}`));
    },
  }),
  command({
    name: 'accounts create',
    takes: ['tenant'],
    summary: 'Creates an account by hand.',
    example: 'accounts create Contoso --attribute email=anna@example.com --role administrator',
    options: editOptions,
    async run(session, { tenant, ...options }) {
      const body = await bodyOf(options, session.input);
      const { id } = await findTenant(session, tenant);
      show(session, await session.api.post<AccountView>(at`/tenants/${id}/accounts`, body));
    },
  }),
  command({
    name: 'accounts edit',
    takes: ['tenant', 'account'],
    summary:
      'Edits an account. Values that the client provides are refused, unless the policy lets them be edited.',
    example: 'accounts edit Contoso $ACCOUNT --attribute mobile=+491701234567',
    options: {
      ...editOptions,
      without: several('--without <name>', 'a value to remove, such as mobile; may be repeated'),
      state: choice('--state <state>', 'state of an account made by hand', ['active', 'disabled']),
    },
    async run(session, { tenant, account, ...options }) {
      const body = await bodyOf(options, session.input);
      const { id } = await findTenant(session, tenant);
      show(session, await session.api.patch<AccountView>(at`/tenants/${id}/accounts/${account}`, body));
    },
  }),
  command({
    name: 'accounts remove',
    takes: ['tenant', 'account'],
    summary: 'Removes an account that was made by hand or that the client has deactivated.',
    example: 'accounts remove Contoso $ACCOUNT',
    async run(session, { tenant, account }) {
      const { id } = await findTenant(session, tenant);
      await session.api.delete(at`/tenants/${id}/accounts/${account}`);
      session.output.note(`Removed the account ${account}.`);
    },
  }),
  command({
    name: 'accounts invite',
    takes: ['tenant', 'account'],
    summary: 'Sends a new invitation to the owner of an account, however long ago the last one was.',
    example: 'accounts invite Contoso $ACCOUNT',
    async run(session, { tenant, account }) {
      const { id } = await findTenant(session, tenant);
      await session.api.post(at`/tenants/${id}/accounts/${account}/invitation`);
      session.output.note(`A new invitation for the account ${account} is about to be sent.`);
    },
  }),
  command({
    name: 'accounts verify',
    takes: ['tenant', 'account', 'attribute'],
    summary: 'Records that the owner has confirmed a value, such as a phone number.',
    example: 'accounts verify Contoso $ACCOUNT mobile',
    async run(session, { tenant, account, attribute }) {
      const { id } = await findTenant(session, tenant);
      const path = at`/tenants/${id}/accounts/${account}/verify`;
      show(session, await session.api.post<AccountView>(path, { attribute }));
    },
  }),
];

interface LoginInput {
  readonly login: string | undefined;
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
}

interface EditInput extends LoginInput {
  readonly attribute: readonly string[] | undefined;
  readonly without?: readonly string[];
  readonly role: string | undefined;
  readonly type: string | undefined;
  readonly state?: string;
  readonly own: string | undefined;
}

/** The login in a request; empty without options. Throws CommandError for half of a login at an issuer. */
function loginOf({ login, issuer, subject }: LoginInput): object {
  if ((issuer === undefined) !== (subject === undefined))
    throw new CommandError('usage', 'A login at an issuer needs both --issuer and --subject.');
  return {
    ...(login !== undefined && { login }),
    ...(issuer !== undefined && { federated: { issuer, subject } }),
  };
}

async function bodyOf(
  { attribute = [], without = [], own, login, issuer, subject, ...edit }: EditInput,
  input: Readable,
): Promise<object> {
  const values = [
    ...attribute.map((assignment) => splitAssignment(assignment, '--attribute')),
    ...without.map((name) => [name, null] as const),
  ];
  const body = {
    ...edit,
    ...loginOf({ login, issuer, subject }),
    ...(values.length > 0 && { attributes: Object.fromEntries(values) }),
    ...(own !== undefined && { own: await readJsonFile(own, input) }),
  };
  if (Object.values(body).some((value) => value !== undefined)) return body;
  throw new CommandError('usage', 'Give a value of the account, such as --attribute email=anna@example.com.');
}

function show({ output }: Session, account: AccountView): void {
  output.result(account, () => describeDocument(account));
}
