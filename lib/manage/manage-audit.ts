import * as z from 'zod';
import { type AccountDocument, accountIdOf } from '../accounts/account.ts';
import { readAccounts } from '../accounts/links.ts';
import { listAccounts } from '../accounts/list-accounts.ts';
import type { AccountScope } from '../accounts/scope.ts';
import type { RecordFilter, RunFilter, TrailRange } from '../audit/query.ts';
import type { RunDocument } from '../audit/run.ts';
import { limits } from '../base/limits.ts';
import { notFound } from '../scim/errors.ts';
import type { RecordDocument } from '../store/change-document.ts';
import { recordOperations, recordOutcomes } from './record-words.ts';
import { manageRow, requireTenant } from './row.ts';
import { instant, lastCall, pageOf } from './views.ts';

const text = z.string().min(1).max(255).optional();
const time = z.iso
  .datetime({ offset: true, error: 'it must be a time such as 2026-01-31T12:00:00Z' })
  .transform((value) => Date.parse(value))
  .optional();
const range = {
  from: time,
  to: time,
  after: z
    .string()
    .regex(/^[\w:.-]{1,255}$/, 'it must be `next` of the page before')
    .optional(),
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
};
const recordsQuery = z.strictObject({
  ...range,
  credential: text,
  operation: z.enum(recordOperations).optional(),
  outcome: z.enum(recordOutcomes).optional(),
  resource: text,
  run: text,
});
const tenantsQuery = recordsQuery.omit({ outcome: true, run: true });
const runsQuery = z.strictObject({ ...range, credential: text });

const personView = z.object({
  account: z.string(),
  user: z.string().optional(),
  displayName: z.string().optional(),
  email: z.string().optional(),
  login: z.string().optional(),
});
type Person = z.infer<typeof personView>;

const recordView = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    credential: z.string(),
    operation: z.string(),
    outcome: z
      .string()
      .describe('`done`, `refused`, `failed`, `unchanged`, or the reason why an account is held.'),
    detail: z.string().optional().describe('The detail of the answer to the client, word for word.'),
    who: personView.optional().describe('The person of an account, as it is called now. It is not stored.'),
  })
  .catchall(z.unknown());
const runView = z
  .object({
    id: z.string(),
    credential: z.string(),
    state: z.enum(['open', 'closed']),
    started: z.iso.datetime(),
    ended: z.iso.datetime(),
    beyondLicence: z.int().describe('Number of accounts that waited for a licence when the run ended.'),
    skipped: z.array(personView).optional().describe('Who waits for a licence now, at most 100 people.'),
    notes: z.array(z.string()),
  })
  .catchall(z.unknown());

/** The operations that read the audit trail. */
export const auditRows = [
  manageRow({
    name: 'manage-audit-records',
    method: 'GET',
    template: 'tenants/{tenant}/audit',
    summary: 'Lists records of changes and refusals, the newest first.',
    query: recordsQuery,
    answer: pageOf('records', recordView),
    async run(context, { params, query }) {
      const tenant = await requireTenant(context, params);
      const { filter, range: part } = split<RecordFilter>(query);
      const { found, next } = await context.trail.records(tenant.id, filter, part);
      const people = await peopleIn(context.accountsOf(tenant), found);
      return {
        records: found.map((one) => ({ ...viewRecord(one), who: people.get(one.resource ?? '') })),
        next,
      };
    },
  }),
  manageRow({
    name: 'manage-audit-tenants',
    method: 'GET',
    template: 'audit',
    summary:
      'Lists records of tenants created and deleted and of app keys for all tenants, the newest first.',
    query: tenantsQuery,
    answer: pageOf('records', recordView),
    async run(context, { query }) {
      const { filter, range: part } = split<RecordFilter>(query);
      const { found, next } = await context.trail.tenants(filter, part);
      return { records: found.map(viewRecord), next };
    },
  }),
  manageRow({
    name: 'manage-audit-runs',
    method: 'GET',
    template: 'tenants/{tenant}/runs',
    summary: 'Lists sync runs, the newest first, and the time of the last request.',
    query: runsQuery,
    answer: pageOf('runs', runView).extend({
      lastCall: z.iso
        .datetime()
        .optional()
        .describe('Time of the last use of a key, to within five minutes.'),
    }),
    async run(context, { params, query }) {
      const tenant = await requireTenant(context, params);
      const { id } = tenant;
      const { filter, range: part } = split<RunFilter>(query);
      const { found, next } = await context.trail.runs(id, filter, part);
      const skipped = await skippedNow(context.accountsOf(tenant), found);
      const runs = found.map((run) => viewRun(run, skipped));
      return { lastCall: lastCall(await context.keys.list(id)), runs, next };
    },
  }),
  manageRow({
    name: 'manage-audit-run',
    method: 'GET',
    template: 'tenants/{tenant}/runs/{run}',
    summary: 'Retrieves a sync run.',
    answer: runView,
    async run(context, { params }) {
      const tenant = await requireTenant(context, params);
      const run = await context.trail.run(tenant.id, params.run);
      if (!run) throw notFound('The tenant has no sync run with this id: GET …/runs lists them');
      return viewRun(run, await skippedNow(context.accountsOf(tenant), [run]));
    },
  }),
];

function split<Filter>({ from, to, after, limit, ...filter }: Filter & TrailRange) {
  return { filter, range: { from, to, after, limit } };
}

/** A record without the properties of its document and of its delivery. */
function viewRecord(document: RecordDocument): object {
  const {
    tenantId: _,
    kind: __,
    due: ___,
    expires: ____,
    users: _____,
    followUps: ______,
    event: _______,
    isFinal: ________,
    ...record
  } = document;
  return record;
}

function personOf(account: AccountDocument): Person {
  const { user, login, attributes } = account;
  return {
    account: accountIdOf(account),
    user,
    login,
    displayName: attributes.displayName,
    email: attributes.email,
  };
}

/** The people of the accounts that records name. Records hold ids only, so that who is erased is not named there. */
async function peopleIn(
  scope: AccountScope,
  records: readonly RecordDocument[],
): Promise<ReadonlyMap<string, Person>> {
  const ids = records.flatMap(({ resourceType, resource }) =>
    resourceType === 'Account' && resource !== undefined ? [resource] : [],
  );
  const accounts = await readAccounts(scope, [...new Set(ids)]);
  return new Map(accounts.map((account) => [accountIdOf(account), personOf(account)]));
}

/** The people who wait for a licence, if one of the runs has skipped some. */
async function skippedNow(scope: AccountScope, runs: readonly RunDocument[]): Promise<readonly Person[]> {
  if (runs.every(({ beyondLicence = 0 }) => beyondLicence === 0)) return [];
  const { accounts } = await listAccounts(scope, { hold: 'noLicence', limit: limits.pageSizeDefault });
  return accounts.map(personOf);
}

function viewRun(run: RunDocument, waiting: readonly Person[]): object {
  const { beyondLicence = 0 } = run;
  const skipped = `${beyondLicence} users beyond the licence limit were skipped`;
  return {
    id: run.id,
    credential: run.credential,
    state: run.state,
    started: instant(run.started),
    ended: instant(run.seen),
    ...run.counts,
    held: run.held,
    refused: run.refused,
    details: run.details,
    beyondLicence,
    skipped: beyondLicence > 0 ? waiting : undefined,
    notes: beyondLicence > 0 ? [skipped] : [],
  };
}
