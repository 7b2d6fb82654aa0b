import * as z from 'zod';
import { clashReasons, convertLogins } from '../accounts/convert-logins.ts';
import { limits } from '../base/limits.ts';
import { equalJson } from '../scim/json.ts';
import { type LoginSetting, loginSchema } from '../tenants/login-policy.ts';
import { accountsOf } from './manage-accounts.ts';
import { requireLoginSetting } from './read-policy.ts';
import { type ManageContext, manageRow, noTenant } from './row.ts';

const conversionSchema = z.strictObject({
  dryRun: z.boolean().describe('If true, nothing changes and the answer shows what would change.'),
  to: loginSchema.default('email').describe('What the logins become, as in `accounts.login` of the policy.'),
  after: z.string().max(200).optional().describe('`next` of the page before.'),
  limit: z.int().min(1).max(limits.pageSizeMax).optional(),
});

const conversionView = z.object({
  converted: z.int(),
  unchanged: z.int(),
  clashes: z
    .array(z.object({ account: z.string(), reason: z.enum(clashReasons) }))
    .describe(
      'Accounts that keep their login, because they have no e-mail address or no other value for it, or because ' +
        'another account uses it.',
    ),
  next: z.string().optional().describe('Value of `after` for the next page; absent on the last page.'),
});

/** The operation that converts logins, page by page. */
export const loginRows = [
  manageRow({
    name: 'manage-logins-convert',
    method: 'POST',
    template: 'tenants/{tenant}/login-conversion',
    summary:
      'Makes the e-mail address, or the value that `to` names, the login of a page of accounts, and of all new ones.',
    body: conversionSchema,
    answer: conversionView,
    async run(context, { params, body }) {
      const scope = await accountsOf(context, params);
      requireLoginSetting(body.to, scope.userType);
      if (!body.dryRun && !equalJson(scope.policy.accounts.login, body.to))
        await convertNewOnes(context, params.tenant, body.to);
      return convertLogins(scope, body);
    },
  }),
];

/** Changes the policy first, so that no account is created meanwhile that must be converted later. */
async function convertNewOnes(context: ManageContext, id: string, login: LoginSetting): Promise<void> {
  const edited = await context.tenants.by(context.actor).edit(id, ({ policy }) => ({
    policy: { ...policy, accounts: { ...policy.accounts, login } },
  }));
  if (!edited) throw noTenant();
}
