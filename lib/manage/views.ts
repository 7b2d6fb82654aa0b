import * as z from 'zod';
import { type AccountDocument, accountIdOf, accountStates, holds } from '../accounts/account.ts';
import { type Team, teamOrigins } from '../accounts/teams.ts';
import type { ListedKey } from '../keys/list-keys.ts';
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
    tenantUrl: z.url().describe('What the client asks for as "Tenant URL".'),
  })
  .meta({ id: 'Tenant' });

/** An account as operators and the application see it. */
export const accountView = z
  .object({
    id: z.string(),
    user: z.string().optional().describe('The SCIM user that it follows; absent where it was made by hand.'),
    state: z.enum(accountStates),
    hold: z.enum(holds).optional().describe('Why there is a user, but no account.'),
    type: z.enum(['regular', 'stakeholder']),
    role: z.string(),
    login: z.string().optional(),
    adopted: z.boolean().describe('Whether it was made by hand before it came under SCIM.'),
    attributes: z.record(z.string(), z.string()),
    edited: z.array(z.string()).describe('Attributes whose value was entered locally.'),
    unverified: z.array(z.string()).describe('Attributes whose value its owner has still to confirm.'),
    own: z.record(z.string(), z.unknown()).describe('What the application keeps with it.'),
    created: z.iso.datetime(),
    lastModified: z.iso.datetime(),
  })
  .meta({ id: 'Account' });

/** A team as operators and the application see it. */
export const teamView = z
  .object({
    id: z.string(),
    name: z.string(),
    origin: z.enum(teamOrigins),
  })
  .meta({ id: 'Team' });

/** A page of a list under a name; `next` is what `after` asks for the following one. */
export function pageOf<Name extends string, View extends z.ZodType>(name: Name, view: View) {
  const list = { [name]: z.array(view) } as Record<Name, z.ZodArray<View>>;
  return z.object({ ...list, next: z.string().optional() });
}

/** Where a list goes on. */
export const pageQuery = z.strictObject({
  after: z.string().max(200).optional().describe('What the page before told as `next`.'),
});

/** The address that an administrator pastes into the client. */
export function tenantUrl({ policy }: Tenant, baseUrl: string): string {
  return baseUrl + policy.endpoint.path;
}

/** Shows a tenant. */
export function viewTenant(tenant: Tenant, baseUrl: string): z.infer<typeof tenantView> {
  return tenantView.parse({ ...tenant, tenantUrl: tenantUrl(tenant, baseUrl) });
}

/** Shows an account. */
export function viewAccount(document: AccountDocument): z.infer<typeof accountView> {
  return accountView.parse({ ...document, id: accountIdOf(document) });
}

/** Shows a team. */
export function viewTeam(team: Team): z.infer<typeof teamView> {
  return teamView.parse(team);
}

/** A moment, given in milliseconds since 1970, as ISO 8601 has it. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The last use of any of these keys; `undefined` where none was used. */
export function lastCall(keys: readonly ListedKey[]): string | undefined {
  const last = Math.max(0, ...keys.map(({ lastUsed = 0 }) => lastUsed));
  return last > 0 ? instant(last) : undefined;
}
