import * as z from 'zod';
import { isLive } from '../accounts/account.ts';
import { findByAddress } from '../accounts/list-accounts.ts';
import type { IssuedKey, KeyRequest } from '../keys/issue-key.ts';
import { keyKinds } from '../keys/key-list.ts';
import type { ListedKey } from '../keys/keys.ts';
import { tokenEndpointOf } from '../provisioning/discovery.ts';
import { invalidValue } from '../scim/errors.ts';
import { findRole } from '../scim/roles.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { inScimWords, type ManageContext, manageRow, requireTenant } from './row.ts';
import { instant, tenantUrl } from './views.ts';

const kindSchema = z
  .enum(keyKinds)
  .describe(
    '`key` is a bearer key for the SCIM endpoint; `client` is a client secret for the token endpoint.',
  );

const requestSchema = z.strictObject({
  label: z.string().trim().max(100).optional(),
  validDays: z.number().optional().describe('Days from `keys.daysMin` to `keys.daysMax` of the policy.'),
  subject: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'it must be the id of a user')
    .optional()
    .describe('Id of the user on whose behalf the client acts, for /Me.'),
  onBehalfOf: z
    .email()
    .optional()
    .describe('Work e-mail of the requesting person, whose account must have a role in `keys.issuerRoles`.'),
});

/** A request for the first key of a new tenant, which has no users and no accounts yet. */
export const firstKeySchema = requestSchema
  .omit({ subject: true, onBehalfOf: true })
  .extend({ kind: kindSchema.default('key') });

/** A key that was issued, with its secret. */
export const issuedView = z.object({
  id: z.string(),
  key: z.string().optional().describe('The "Secret token" for the client. It is shown only in this answer.'),
  clientId: z
    .string()
    .optional()
    .describe('Present for a client secret, as are `clientSecret` and `tokenEndpoint`.'),
  clientSecret: z.string().optional().describe('The client secret. It is shown only in this answer.'),
  tokenEndpoint: z.url().optional(),
  expires: z.iso.datetime(),
  tenantUrl: z.url(),
});

const keyView = z.object({
  id: z.string(),
  kind: kindSchema,
  label: z.string(),
  issuer: z.string().describe('The operator, or the e-mail address on whose behalf the key was issued.'),
  subject: z.string().optional(),
  status: z.enum(['active', 'expired', 'revoked']),
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  lastUsed: z.iso.datetime().optional().describe('Time of the last use, to within five minutes.'),
});

/** The operations on keys. */
export const keyRows = [
  manageRow({
    name: 'manage-keys-issue',
    method: 'POST',
    template: 'tenants/{tenant}/keys',
    summary: 'Issues a bearer key or a client secret. Only this answer shows it.',
    status: 201,
    body: requestSchema.extend({ kind: kindSchema.default('key') }),
    answer: issuedView,
    async run(context, { params, body }) {
      return issueKeyFor(context, await requireTenant(context, params), body);
    },
  }),
  manageRow({
    name: 'manage-keys-list',
    method: 'GET',
    template: 'tenants/{tenant}/keys',
    summary: 'Lists keys without their secrets, including keys that were revoked or have expired recently.',
    answer: z.object({ keys: z.array(keyView) }),
    async run(context, { params }) {
      const { id } = await requireTenant(context, params);
      return { keys: (await inScimWords(context.keys.list(id))).map(viewKey) };
    },
  }),
  manageRow({
    name: 'manage-keys-rotate',
    method: 'POST',
    template: 'tenants/{tenant}/keys/{key}/rotate',
    summary: 'Issues a key that replaces another. The old key ends after `overlapDays`, or at once.',
    status: 201,
    body: requestSchema.extend({ overlapDays: z.number().min(0).max(90).optional() }),
    answer: issuedView,
    async run(context, { params, body: { onBehalfOf, ...request } }) {
      const tenant = await requireTenant(context, params);
      const issuer = await issuerOf(context, tenant, onBehalfOf);
      const keys = context.keys.by(context.actor);
      const issued = await inScimWords(keys.rotate(tenant.id, params.key, { ...request, issuer }));
      return viewIssued(context, tenant, issued);
    },
  }),
  manageRow({
    name: 'manage-keys-revoke',
    method: 'DELETE',
    template: 'tenants/{tenant}/keys/{key}',
    summary: 'Revokes a key, on this instance at once and on others within a minute.',
    async run(context, { params }) {
      const tenant = await requireTenant(context, params);
      await inScimWords(context.keys.by(context.actor).revoke(tenant.id, params.key));
    },
  }),
];

/** Issues a key for a tenant; throws ScimError. */
export async function issueKeyFor(
  context: ManageContext,
  tenant: Tenant,
  { onBehalfOf, ...request }: KeyRequest & { onBehalfOf?: string },
): Promise<object> {
  const issuer = await issuerOf(context, tenant, onBehalfOf);
  const issued = context.keys.by(context.actor).issue(tenant.id, { ...request, issuer });
  return viewIssued(context, tenant, await inScimWords(issued));
}

/** Throws ScimError `invalidValue` if the policy of a new tenant does not allow its first key. */
export function requireFirstKey({ keys }: Policy, { validDays }: { validDays?: number }): void {
  if (keys.issuerRoles.length > 0) {
    throw invalidValue(
      'Property key must be left out, because the tenant has no accounts yet: keys are issued on behalf of one with ' +
        `one of the roles ${keys.issuerRoles.join(', ')}`,
    );
  }
  const { daysMin, daysMax } = keys;
  if (
    validDays === undefined ||
    (Number.isInteger(validDays) && validDays >= daysMin && validDays <= daysMax)
  )
    return;
  throw invalidValue(`Property key.validDays must be a whole number from ${daysMin} to ${daysMax}`);
}

/** Finds the issuer of a key, the operator or the account that the policy requires; throws ScimError. */
async function issuerOf(
  { accountsOf, operator }: ManageContext,
  tenant: Tenant,
  address: string | undefined,
): Promise<string> {
  const { issuerRoles } = tenant.policy.keys;
  if (address === undefined && issuerRoles.length === 0) return operator;
  const found = address === undefined ? undefined : await findByAddress(accountsOf(tenant), address);
  const account = found?.document;
  if (
    account &&
    isLive(account) &&
    (issuerRoles.length === 0 || findRole(issuerRoles, account.role) !== undefined)
  ) {
    return address ?? operator;
  }
  const roles = issuerRoles.length > 0 ? ` with one of the roles ${issuerRoles.join(', ')}` : '';
  throw invalidValue(`Property onBehalfOf must be the work e-mail of an active account${roles}`);
}

function viewIssued({ baseUrl }: ManageContext, tenant: Tenant, issued: IssuedKey): object {
  const { id, kind, key, expires } = issued;
  const secret =
    kind === 'client'
      ? { clientId: id, clientSecret: key, tokenEndpoint: tokenEndpointOf(baseUrl) }
      : { key };
  return { id, ...secret, expires: instant(expires), tenantUrl: tenantUrl(tenant, baseUrl) };
}

function viewKey(key: ListedKey): object {
  const { created, expires, lastUsed } = key;
  return {
    ...key,
    created: instant(created),
    expires: instant(expires),
    lastUsed: lastUsed === undefined ? undefined : instant(lastUsed),
  };
}
