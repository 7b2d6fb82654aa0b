import * as z from 'zod';
import { type AccountDocument, accountStates, holds } from '../accounts/account.ts';
import { publicAccount } from '../accounts/public-account.ts';
import { teamOrigins } from '../accounts/teams.ts';
import { limits } from '../base/limits.ts';
import type { ListedKey } from '../keys/keys.ts';
import { loginKinds } from '../tenants/login-policy.ts';
import { policySchema } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** A tenant as operators see it. */
export const tenantView = z
  .object({
    id: z.string(),
    name: z.string(),
    identifier: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    policy: policySchema,
    tenantUrl: z.url().describe('The "Tenant URL" for the client.'),
  })
  .meta({ id: 'Tenant' });

/** A login at an issuer, as operators and the product see and enter it. */
export const federatedLoginSchema = z
  .strictObject({
    issuer: z.string().min(1).max(500).describe('Exact issuer (`iss`) of the tokens of the person.'),
    subject: z
      .string()
      .min(1)
      .max(limits.textCharactersMax)
      .describe('Exact subject of the person at the issuer.'),
  })
  .describe('The subject at an issuer that the person signs in with, in place of `login`.');

/** An account as operators and the product see it. */
export const accountView = z
  .object({
    id: z.string(),
    user: z.string().optional().describe('The SCIM user that it follows; absent if it was made by hand.'),
    state: z.enum(accountStates),
    hold: z.enum(holds).optional().describe('The reason why the user has no account.'),
    type: z.enum(['regular', 'stakeholder']),
    role: z.string(),
    login: z.string().optional().describe('What the person signs in with; absent for a `federated` login.'),
    federated: federatedLoginSchema.optional(),
    loginBy: z
      .enum(loginKinds)
      .optional()
      .describe('What of the user the login follows; absent if it was entered by hand.'),
    dropped: z
      .array(z.string())
      .optional()
      .describe('Attributes whose value the policy does not allow, so that the account has none.'),
    adopted: z.boolean().describe('True if it was made by hand and a SCIM user has taken it over.'),
    attributes: z.record(z.string(), z.string()),
    edited: z.array(z.string()).describe('Attributes whose values were entered locally.'),
    unverified: z.array(z.string()).describe('Attributes whose values the owner has not confirmed yet.'),
    own: z.record(z.string(), z.unknown()).describe('Data of the application.'),
    created: z.iso.datetime(),
    lastModified: z.iso.datetime(),
  })
  .meta({ id: 'Account' });

/** A team as operators and the product see it. */
export const teamView = z
  .object({
    id: z.string(),
    name: z.string(),
    origin: z.enum(teamOrigins),
    description: z.string().optional().describe('The description of the group that the team is.'),
  })
  .meta({ id: 'Team' });

/** A resource of the client, as operators and the product see it. */
export const resourceView = z
  .object({
    id: z.string(),
    version: z.int().describe('The revision. It grows with each change.'),
    created: z.iso.datetime(),
    lastModified: z.iso.datetime(),
  })
  .catchall(z.unknown());

/** Builds the schema of a page; `next` is the value of `after` for the following page. */
export function pageOf<Name extends string, View extends z.ZodType>(name: Name, view: View) {
  const list = { [name]: z.array(view) } as Record<Name, z.ZodArray<View>>;
  return z.object({ ...list, next: z.string().optional() });
}

/** The position in a list at which a page begins. */
export const pageQuery = z.strictObject({
  after: z.string().max(200).optional().describe('`next` of the page before.'),
});

/** Builds the address that an administrator enters in the client. */
export function tenantUrl({ policy }: Tenant, baseUrl: string): string {
  return baseUrl + policy.endpoint.path;
}

/** Converts a tenant to its view. */
export function viewTenant(tenant: Tenant, baseUrl: string): z.infer<typeof tenantView> {
  return tenantView.parse({ ...tenant, tenantUrl: tenantUrl(tenant, baseUrl) });
}

/** Converts an account to its view. */
export function viewAccount(document: AccountDocument): z.infer<typeof accountView> {
  return accountView.parse(publicAccount(document));
}

/** Formats milliseconds since 1970 as ISO 8601. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Finds the last use of any of these keys (ISO 8601); `undefined` if none was used. */
export function lastCall(keys: readonly ListedKey[]): string | undefined {
  const last = Math.max(0, ...keys.map(({ lastUsed = 0 }) => lastUsed));
  return last > 0 ? instant(last) : undefined;
}
