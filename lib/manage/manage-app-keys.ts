import * as z from 'zod';
import { limits } from '../base/limits.ts';
import type { IssuedKey, KeyRequest, RotationRequest } from '../keys/issue-key.ts';
import { appAccesses } from '../keys/key-record.ts';
import type { ListedKey } from '../keys/keys.ts';
import { allTenants } from '../tenants/app-keys.ts';
import { inScimWords, type ManageContext, manageRow, requireTenant } from './row.ts';
import { instant } from './views.ts';

const access = z
  .enum(appAccesses)
  .describe('`read` reads; `write` also edits accounts, teams and their members.');
const validDays = z
  .number()
  .optional()
  .describe(`Whole days from 1 to ${limits.appKeyDaysMax}; ${limits.appKeyDays} by default.`);

const requestSchema = z.strictObject({
  label: z
    .string()
    .trim()
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u,
      'it must be a name such as "Billing" of at most 64 characters',
    )
    .describe('The name of the product. The audit trail names the key by it.'),
  access: access.default('read'),
  validDays,
});
const rotationSchema = z.strictObject({ validDays, overlapDays: z.number().min(0).max(90).optional() });

const issuedView = z.object({
  id: z.string(),
  key: z.string().describe('The app key. It is shown only in this answer.'),
  expires: z.iso.datetime(),
  apiUrl: z.url().describe('The address below which the product uses the key.'),
});

const keyView = z.object({
  id: z.string(),
  label: z.string(),
  access,
  issuer: z.string().describe('The operator who issued the key.'),
  status: z.enum(['active', 'expired', 'revoked']),
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  lastUsed: z.iso.datetime().optional().describe('Time of the last use, to within five minutes.'),
});
const listView = z.object({ appKeys: z.array(keyView) });

/** The operations on the app keys of products: keys for all tenants, and keys for one tenant. */
export const appKeyRows = [
  manageRow({
    name: 'manage-app-keys-issue',
    method: 'POST',
    template: 'app-keys',
    summary: 'Issues an app key for all tenants. Only this answer shows it.',
    status: 201,
    body: requestSchema,
    answer: issuedView,
    run: (context, { body }) => issue(context, allTenants, body),
  }),
  manageRow({
    name: 'manage-app-keys-list',
    method: 'GET',
    template: 'app-keys',
    summary: 'Lists app keys for all tenants, including those that were revoked or have expired recently.',
    answer: listView,
    run: (context) => list(context, allTenants),
  }),
  manageRow({
    name: 'manage-app-keys-rotate',
    method: 'POST',
    template: 'app-keys/{key}/rotate',
    summary: 'Issues an app key that replaces another. The old key ends after `overlapDays`, or at once.',
    status: 201,
    body: rotationSchema,
    answer: issuedView,
    run: (context, { params, body }) => rotate(context, { holder: allTenants, ...params }, body),
  }),
  manageRow({
    name: 'manage-app-keys-revoke',
    method: 'DELETE',
    template: 'app-keys/{key}',
    summary: 'Revokes an app key for all tenants, on this instance at once and on others within a minute.',
    run: (context, { params }) => revoke(context, allTenants, params.key),
  }),
  manageRow({
    name: 'manage-tenant-app-keys-issue',
    method: 'POST',
    template: 'tenants/{tenant}/app-keys',
    summary: 'Issues an app key for one tenant. Only this answer shows it.',
    status: 201,
    body: requestSchema,
    answer: issuedView,
    run: async (context, { params, body }) => issue(context, (await requireTenant(context, params)).id, body),
  }),
  manageRow({
    name: 'manage-tenant-app-keys-list',
    method: 'GET',
    template: 'tenants/{tenant}/app-keys',
    summary: 'Lists app keys of one tenant, including those that were revoked or have expired recently.',
    answer: listView,
    run: async (context, { params }) => list(context, (await requireTenant(context, params)).id),
  }),
  manageRow({
    name: 'manage-tenant-app-keys-rotate',
    method: 'POST',
    template: 'tenants/{tenant}/app-keys/{key}/rotate',
    summary: 'Issues an app key that replaces another. The old key ends after `overlapDays`, or at once.',
    status: 201,
    body: rotationSchema,
    answer: issuedView,
    async run(context, { params, body }) {
      const { id: holder } = await requireTenant(context, params);
      return rotate(context, { holder, key: params.key }, body);
    },
  }),
  manageRow({
    name: 'manage-tenant-app-keys-revoke',
    method: 'DELETE',
    template: 'tenants/{tenant}/app-keys/{key}',
    summary: 'Revokes an app key of one tenant, on this instance at once and on others within a minute.',
    run: async (context, { params }) =>
      revoke(context, (await requireTenant(context, params)).id, params.key),
  }),
];

/** Issues an app key; `holder` is the id of a tenant or `allTenants`. */
async function issue(context: ManageContext, holder: string, request: KeyRequest): Promise<object> {
  const { keys, actor, operator: issuer } = context;
  const issued = keys.app.by(actor).issue(holder, { ...request, kind: 'app', issuer });
  return viewIssued(context, await inScimWords(issued));
}

async function list({ keys }: ManageContext, holder: string): Promise<object> {
  return { appKeys: (await inScimWords(keys.app.list(holder))).map(viewKey) };
}

async function rotate(
  context: ManageContext,
  { holder, key }: { readonly holder: string; readonly key: string },
  request: RotationRequest,
): Promise<object> {
  const { keys, actor, operator: issuer } = context;
  const issued = keys.app.by(actor).rotate(holder, key, { ...request, issuer });
  return viewIssued(context, await inScimWords(issued));
}

async function revoke({ keys, actor }: ManageContext, holder: string, key: string): Promise<undefined> {
  await inScimWords(keys.app.by(actor).revoke(holder, key));
}

function viewIssued({ baseUrl }: ManageContext, { id, key, expires }: IssuedKey): object {
  return { id, key, expires: instant(expires), apiUrl: `${baseUrl}/api/v1` };
}

function viewKey({ id, label, access: given, issuer, status, ...times }: ListedKey): object {
  const { created, expires, lastUsed } = times;
  return {
    ...{ id, label, access: given, issuer, status },
    created: instant(created),
    expires: instant(expires),
    lastUsed: lastUsed === undefined ? undefined : instant(lastUsed),
  };
}
