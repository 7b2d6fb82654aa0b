import * as z from 'zod';
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
      const { id } = await requireTenant(context, params);
      const { filter, range: part } = split<RecordFilter>(query);
      const { found, next } = await context.trail.records(id, filter, part);
      return { records: found.map(viewRecord), next };
    },
  }),
  manageRow({
    name: 'manage-audit-tenants',
    method: 'GET',
    template: 'audit',
    summary: 'Lists records of the creation and deletion of tenants, the newest first.',
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
      const { id } = await requireTenant(context, params);
      const { filter, range: part } = split<RunFilter>(query);
      const { found, next } = await context.trail.runs(id, filter, part);
      return { lastCall: lastCall(await context.keys.list(id)), runs: found.map(viewRun), next };
    },
  }),
  manageRow({
    name: 'manage-audit-run',
    method: 'GET',
    template: 'tenants/{tenant}/runs/{run}',
    summary: 'Retrieves a sync run.',
    answer: runView,
    async run(context, { params }) {
      const { id } = await requireTenant(context, params);
      const run = await context.trail.run(id, params.run);
      if (!run) throw notFound('The tenant has no sync run with this id: GET …/runs lists them');
      return viewRun(run);
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
    ...record
  } = document;
  return record;
}

function viewRun(run: RunDocument): object {
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
    notes: beyondLicence > 0 ? [skipped] : [],
  };
}
