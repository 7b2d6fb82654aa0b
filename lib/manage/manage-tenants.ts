import * as z from 'zod';
import { countLinked } from '../accounts/links.ts';
import { countAccounts } from '../accounts/list-accounts.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { usedSeats } from '../accounts/seats.ts';
import { readSeenClients } from '../audit/seen-clients.ts';
import { limits } from '../base/limits.ts';
import { totalOf } from '../directory/counts.ts';
import { invalidValue, type ScimError } from '../scim/errors.ts';
import type { JsonValue } from '../scim/json.ts';
import { clientProfiles } from '../scim/quirks/quirk.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import { presetNames, presets } from '../tenants/presets.ts';
import { type Tenant, tenantNames } from '../tenants/tenant.ts';
import { firstKeySchema, issuedView, issueKeyFor, requireFirstKey } from './manage-keys.ts';
import { mergePatch } from './merge-patch.ts';
import { readPolicy } from './read-policy.ts';
import { inScimWords, type ManageContext, manageRow, noTenant, requireTenant } from './row.ts';
import { requireNoNewUnique } from './unique-settings.ts';
import { instant, lastCall, pageOf, pageQuery, tenantView, viewTenant } from './views.ts';

const namesSchema = z.strictObject(tenantNames).partial();
/** A part of a policy; the merged policy is validated afterwards. */
const policyPatch = z
  .record(z.string(), z.unknown())
  .describe('Sections of the policy, merged into it (RFC 7396).');

const endingView = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime().describe('The earliest time at which keys and trusts can be added again.'),
});

const statusView = z.object({
  users: z.int().describe('Number of SCIM users.'),
  groups: z.int().describe('Number of SCIM groups.'),
  accounts: z
    .record(z.string(), z.int())
    .describe('Number of local accounts by state; held accounts by the reason.'),
  seats: z.object({ used: z.int(), limit: z.int().nullable() }),
  ending: endingView
    .extend({
      left: z
        .object({ keys: z.int(), users: z.int(), groups: z.int(), resources: z.int(), accounts: z.int() })
        .describe('Numbers of what is still to be removed; `resources` are those of the types of packs.'),
    })
    .optional()
    .describe('Present while the synchronisation of the tenant ends.'),
  lastCall: z.iso
    .datetime()
    .optional()
    .describe('Time of the client’s last request, to within five minutes.'),
  clients: z
    .array(
      z.object({
        client: z.enum(clientProfiles).describe('The profile that fits the client.'),
        name: z.string(),
        sign: z.string().describe('The sign by which it was recognised first.'),
        since: z.iso.datetime(),
        fits: z.boolean().describe('If false, its requests may fail with the profile of the tenant.'),
        advice: z.string().optional().describe('The setting to change, unless the tenant has this profile.'),
      }),
    )
    .describe('The clients whose requests were recognised since the tenant has its profile.'),
});

const confirmation = z.strictObject({
  confirm: z.string().optional().describe('The identifier of the tenant, as a confirmation.'),
});

/** The operations on tenants. */
export const tenantRows = [
  manageRow({
    name: 'manage-tenants-create',
    method: 'POST',
    template: 'tenants',
    summary: 'Creates a tenant, with the policy of a preset if the request names one.',
    status: 201,
    body: namesSchema.required({ name: true }).extend({
      preset: z.enum(presetNames).optional(),
      policy: policyPatch.optional(),
      key: firstKeySchema.optional().describe('Issues the first key too, which only this answer shows.'),
    }),
    answer: tenantView.extend({ firstKey: issuedView.optional() }),
    async run(context, { body: { preset, policy: patch = {}, key, ...names } }) {
      const policy = readPolicy(mergePatch(preset && presets[preset], patch as JsonValue), context);
      if (key) requireFirstKey(policy, key);
      const tenant = await inScimWords(context.tenants.by(context.actor).create({ ...names, policy }));
      const firstKey = key && (await issueKeyFor(context, tenant, key));
      return { ...viewTenant(tenant, context.baseUrl), firstKey };
    },
  }),
  manageRow({
    name: 'manage-tenants-list',
    method: 'GET',
    template: 'tenants',
    summary: 'Lists tenants in the order of their creation.',
    query: pageQuery,
    answer: pageOf('tenants', tenantView),
    async run({ tenants, baseUrl }, { query: { after } }) {
      const page = await tenants.list({ after, limit: limits.pageSizeDefault });
      const views = page.tenants.map((tenant) => viewTenant(tenant, baseUrl));
      return { tenants: views, next: page.more ? page.tenants.at(-1)?.id : undefined };
    },
  }),
  manageRow({
    name: 'manage-tenants-retrieve',
    method: 'GET',
    template: 'tenants/{tenant}',
    summary: 'Retrieves a tenant.',
    answer: tenantView,
    run: async (context, { params }) => viewTenant(await requireTenant(context, params), context.baseUrl),
  }),
  manageRow({
    name: 'manage-tenants-edit',
    method: 'PATCH',
    template: 'tenants/{tenant}',
    summary: 'Edits a tenant. Only the named properties change; sections of the policy are merged.',
    body: namesSchema.extend({ policy: policyPatch.optional() }),
    answer: tenantView,
    async run(context, { params, body: { policy: patch, ...names } }) {
      const policyOf = ({ policy }: Tenant) =>
        patch && readPolicy(mergePatch(policy, patch as JsonValue), context);
      const before = patch && (await context.tenants.retrieveFresh(params.tenant));
      const after = before && policyOf(before);
      if (after) await requireNoNewUnique(context, before, after);
      const edit = (tenant: Tenant) => ({ ...names, policy: policyOf(tenant) });
      const tenants = context.tenants.by(context.actor);
      const edited = await inScimWords(tenants.edit(params.tenant, edit, patch ? ['accounts'] : []));
      if (!edited) throw noTenant();
      return viewTenant(edited, context.baseUrl);
    },
  }),
  manageRow({
    name: 'manage-tenants-delete',
    method: 'DELETE',
    template: 'tenants/{tenant}',
    summary: 'Deletes a tenant with its keys, users, groups, accounts and audit trail.',
    query: confirmation,
    async run(context, { params, query: { confirm } }) {
      const tenant = await requireTenant(context, params);
      if (confirm !== tenant.identifier) throw unconfirmed('Deleting a tenant', tenant);
      await context.tenants.by(context.actor).remove(tenant.id);
    },
  }),
  manageRow({
    name: 'manage-synchronization-end',
    method: 'DELETE',
    template: 'tenants/{tenant}/synchronization',
    summary:
      'Ends the synchronisation: removes its settings, keys, users and groups, and what followed from these. ' +
      'Accounts and teams made by hand stay.',
    status: 202,
    query: confirmation,
    answer: endingView,
    async run(context, { params, query: { confirm } }) {
      const tenant = await requireTenant(context, params);
      if (confirm !== tenant.identifier) throw unconfirmed('Ending a synchronisation', tenant);
      const ending = (await context.tenants.by(context.actor).endSynchronization(tenant.id))?.ending;
      if (!ending) throw noTenant();
      return viewEnding(ending);
    },
  }),
  manageRow({
    name: 'manage-tenants-status',
    method: 'GET',
    template: 'tenants/{tenant}/status',
    summary: 'Counts users, groups and accounts, and shows the last request and the recognised clients.',
    answer: statusView,
    run: async (context, { params }) => statusOf(context, await requireTenant(context, params)),
  }),
];

async function statusOf(context: ManageContext, tenant: Tenant): Promise<object> {
  const directory = context.directoryOf(tenant);
  const scope = context.accountsOf(tenant);
  const states = ['invited', 'active', 'disabled', 'removed'] as const;
  const holds = ['noGroup', 'noLicence', 'addressTaken', 'loginTaken'] as const;
  const [users, groups, used, keys, clients, byState, byHold] = await Promise.all([
    totalOf(directory, userType),
    totalOf(directory, groupType),
    usedSeats(scope),
    context.keys.list(tenant.id),
    readSeenClients(directory.store, tenant),
    Promise.all(states.map(async (state) => [state, await countAccounts(scope, { state })] as const)),
    Promise.all(holds.map(async (hold) => [hold, await countAccounts(scope, { hold })] as const)),
  ]);
  return {
    users,
    groups,
    accounts: Object.fromEntries([...byState, ...byHold]),
    seats: { used, limit: tenant.policy.licences.seats },
    ending: tenant.ending && {
      ...viewEnding(tenant.ending),
      left: { keys: keys.length, users, groups, ...(await leftOf(context, scope)) },
    },
    lastCall: lastCall(keys),
    clients,
  };
}

/** Counts the accounts and the resources of packs that a synchronisation which ends has still left. */
async function leftOf({ catalogue }: ManageContext, scope: AccountScope): Promise<object> {
  const totals = catalogue.customTypes.map((type) => totalOf(scope.directory, type));
  const resources = (await Promise.all(totals)).reduce((sum, one) => sum + one, 0);
  return { resources, accounts: await countLinked(scope) };
}

function viewEnding({ since, until }: NonNullable<Tenant['ending']>): object {
  return { since: instant(since), until: instant(until) };
}

function unconfirmed(act: string, { identifier }: Tenant): ScimError {
  return invalidValue(`${act} cannot be undone: confirm it with ?confirm=${identifier}`);
}
