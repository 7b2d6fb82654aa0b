import * as z from 'zod';
import type { AccountDocument } from '../accounts/account.ts';
import {
  createAccount,
  editAccount,
  removeAccount,
  requireAccount,
  verifyAttribute,
} from '../accounts/hand-made.ts';
import { readAccountsOf } from '../accounts/links.ts';
import { findBySignIn, listAccounts, type SignIn } from '../accounts/list-accounts.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { limits } from '../base/limits.ts';
import { listResources } from '../directory/query/list-resources.ts';
import { conflict, invalidValue } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { isSelecting, peopleQuery, selectionOf, writeCursor } from './list-query.ts';
import { type ManageContext, manageRow, requireTenant } from './row.ts';
import { accountView, federatedLoginSchema, pageOf, viewAccount } from './views.ts';

const attributeName = z.string().regex(/^[A-Za-z]\w{0,63}$/, 'must be a name such as mobile');
const editSchema = z.strictObject({
  state: z.enum(['active', 'disabled']).optional(),
  type: z.enum(['regular', 'stakeholder']).optional(),
  role: z.string().trim().min(1).max(100).optional().describe('One of `roles.known` in the policy.'),
  login: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('Letter case counts if `accounts.login` of the policy is `externalId`.'),
  federated: federatedLoginSchema.optional(),
  attributes: z
    .record(attributeName, z.string().max(1_000).nullable())
    .optional()
    .describe('Values by attribute name; null removes the value.'),
  own: z
    .record(z.string(), z.unknown())
    .transform((own) => own as JsonObject)
    .optional()
    .describe('Data of the application; replaced as a whole.'),
});

const accountsQuery = peopleQuery.extend({
  state: accountView.shape.state.optional(),
  hold: accountView.shape.hold,
});

const signInSchema = z.strictObject({
  login: z.string().min(1).max(limits.textCharactersMax).optional(),
  federated: federatedLoginSchema.optional(),
});

/** The operations on accounts, for operators and for the product. */
export const accountRows = [
  manageRow({
    name: 'manage-accounts-create',
    method: 'POST',
    template: 'tenants/{tenant}/accounts',
    appKeys: 'write',
    summary: 'Creates an account by hand.',
    status: 201,
    body: editSchema.omit({ state: true }),
    answer: accountView,
    async run(context, { params, body }) {
      const scope = await accountsOf(context, params);
      requireKnownRole(scope, body);
      requireOneLogin(body);
      return viewAccount((await createAccount(scope, body)).document);
    },
  }),
  manageRow({
    name: 'manage-accounts-list',
    method: 'GET',
    template: 'tenants/{tenant}/accounts',
    appKeys: 'read',
    summary:
      'Lists accounts in the order of their creation; `state` and `hold` select some of them. Another parameter ' +
      'selects those of the users who have such a value, and no accounts made by hand.',
    query: accountsQuery,
    answer: pageOf('accounts', accountView),
    async run(context, { params, query }) {
      const scope = await accountsOf(context, params);
      const { accounts, next } = isSelecting(query)
        ? await accountsOfUsers(scope, query)
        : await listAccounts(scope, query);
      return { accounts: accounts.map(viewAccount), next };
    },
  }),
  manageRow({
    name: 'manage-accounts-find',
    method: 'POST',
    template: 'tenants/{tenant}/accounts/find',
    appKeys: 'read',
    summary:
      'Finds the account that a person signs in to, by its `login` or its `federated` login. The body has it, as ' +
      'hosts log addresses.',
    body: signInSchema,
    answer: z.object({ accounts: z.array(accountView).max(1) }),
    async run(context, { params, body }) {
      const scope = await accountsOf(context, params);
      requireOneLogin(body);
      if (!body.login && !body.federated)
        throw invalidValue('The request names no login: send login or federated');
      const found = await findBySignIn(scope, body);
      return { accounts: found ? [viewAccount(found.document)] : [] };
    },
  }),
  manageRow({
    name: 'manage-accounts-retrieve',
    method: 'GET',
    template: 'tenants/{tenant}/accounts/{account}',
    appKeys: 'read',
    summary: 'Retrieves an account.',
    answer: accountView,
    async run(context, { params }) {
      const scope = await accountsOf(context, params);
      return viewAccount((await requireAccount(scope, params.account)).document);
    },
  }),
  manageRow({
    name: 'manage-accounts-edit',
    method: 'PATCH',
    template: 'tenants/{tenant}/accounts/{account}',
    appKeys: 'write',
    summary:
      'Edits an account. A value that the client provides is refused unless `accounts.editable` has it.',
    body: editSchema,
    answer: accountView,
    async run(context, { params, body }) {
      const scope = await accountsOf(context, params);
      requireKnownRole(scope, body);
      requireOneLogin(body);
      return viewAccount((await editAccount(scope, params.account, body)).document);
    },
  }),
  manageRow({
    name: 'manage-accounts-delete',
    method: 'DELETE',
    template: 'tenants/{tenant}/accounts/{account}',
    appKeys: 'write',
    summary: 'Removes an account that was created by hand or that the client has deactivated.',
    async run(context, { params }) {
      await removeAccount(await accountsOf(context, params), params.account);
    },
  }),
  manageRow({
    name: 'manage-accounts-verify',
    method: 'POST',
    template: 'tenants/{tenant}/accounts/{account}/verify',
    appKeys: 'write',
    summary: 'Records that the owner has confirmed a value, such as a phone number.',
    body: z.strictObject({ attribute: attributeName }),
    answer: accountView,
    async run(context, { params, body: { attribute } }) {
      const scope = await accountsOf(context, params);
      return viewAccount((await verifyAttribute(scope, params.account, attribute)).document);
    },
  }),
];

/** Lists the accounts of the users that a query selects, and of these only those in a state or held for a reason. */
async function accountsOfUsers(
  scope: AccountScope,
  { state, hold, ...query }: z.output<typeof accountsQuery>,
): Promise<{ accounts: readonly AccountDocument[]; next: string | undefined }> {
  const page = await listResources(scope.directory, scope.userType, selectionOf(query));
  const ids = page.documents.map(({ id }) => id);
  const accounts = (await readAccountsOf(scope, ids)).filter(
    (one) => (state ?? one.state) === one.state && (hold ?? one.hold) === one.hold,
  );
  return { accounts, next: writeCursor(page.next) };
}

/** Opens the accounts of a tenant; rejects with ScimError `notFound`, or `conflict` if it has no accounts. */
export async function accountsOf(
  context: ManageContext,
  params: { readonly tenant: string },
): Promise<AccountScope> {
  const tenant = await requireTenant(context, params);
  if (tenant.policy.accounts.enabled) return context.accountsOf(tenant);
  throw conflict('The tenant has no accounts: set policy.accounts.enabled to true first');
}

/** Throws ScimError `invalidValue` if both kinds of login are there. */
function requireOneLogin({ login, federated }: SignIn): void {
  if (login !== undefined && federated)
    throw invalidValue('An account has one login: send login or federated');
}

function requireKnownRole({ policy }: AccountScope, { role }: { readonly role?: string }): void {
  const { known } = policy.roles;
  if (role === undefined || known.includes(role)) return;
  throw invalidValue(
    `Property role names the role "${role}", but policy.roles.known has ${known.join(', ')}`,
  );
}
