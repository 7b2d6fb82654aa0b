import * as z from 'zod';
import type { RecordFilter, RunFilter, Trail, TrailRange } from '../audit/query.ts';
import type { RecordDocument } from '../audit/record.ts';
import type { RunDocument } from '../audit/run.ts';
import type { KeyLifecycle } from '../keys/lifecycle.ts';
import { limits } from '../limits.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { parseInput } from './parse-input.ts';

export interface AuditParts {
  readonly tenants: Pick<Tenants, 'retrieve'>;
  readonly keys: Pick<KeyLifecycle, 'list'>;
  readonly trail: Trail;
}

/** The parameters of a query by their names. */
interface AuditInput {
  readonly tenantId: string;
  readonly query: JsonObject;
}

const text = z.string().min(1).max(255).optional();
const time = z.iso
  .datetime({ offset: true, error: 'it must be a time such as 2026-01-31T12:00:00Z' })
  .transform((value) => Date.parse(value))
  .optional();
const rangeShape = {
  from: time,
  to: time,
  after: z
    .string()
    .regex(/^[\w:.-]{1,255}$/, 'it must be `next` of the page before')
    .optional(),
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
};
const recordsSchema = z.strictObject({
  ...rangeShape,
  credential: text,
  operation: text,
  outcome: text,
  resource: text,
  run: text,
});
const runsSchema = z.strictObject({ ...rangeShape, credential: text });

/**
 * Lists a page of a tenant's records as `{records, next?}`, the newest first, from `{credential?, operation?, outcome?,
 * resource?, run?, from?, to?, after?, limit?}`.
 */
export const listRecords =
  ({ tenants, trail }: AuditParts) =>
  async ({ tenantId, query }: AuditInput): Promise<JsonObject> => {
    await requireTenant(tenants, tenantId);
    const { filter, range } = split<RecordFilter>(parseInput(recordsSchema, query));
    const { found, next } = await trail.records(tenantId, filter, range);
    return { records: found.map(recordView), ...(next !== undefined && { next }) };
  };

/**
 * Lists a page of a tenant's sync runs as `{lastCall?, runs, next?}`, those that began last first, from `{credential?,
 * from?, to?, after?, limit?}`. `lastCall`, when a key was used last, may be five minutes behind.
 */
export const listRuns =
  ({ tenants, keys, trail }: AuditParts) =>
  async ({ tenantId, query }: AuditInput): Promise<JsonObject> => {
    await requireTenant(tenants, tenantId);
    const { filter, range } = split<RunFilter>(parseInput(runsSchema, query));
    const { found, next } = await trail.runs(tenantId, filter, range);
    const uses = (await keys.list(tenantId)).map(({ lastUsed = 0 }) => lastUsed);
    const last = Math.max(0, ...uses);
    return {
      ...(last > 0 && { lastCall: instant(last) }),
      runs: found.map(runView),
      ...(next !== undefined && { next }),
    };
  };

/** Retrieves one sync run by its id. */
export const retrieveRun =
  ({ tenants, trail }: AuditParts) =>
  async ({ tenantId, run: id }: { tenantId: string; run: string }): Promise<JsonObject> => {
    await requireTenant(tenants, tenantId);
    const run = await trail.run(tenantId, id);
    if (!run) throw new ScimError('notFound', { detail: 'There is no sync run of this id' });
    return runView(run);
  };

async function requireTenant(tenants: AuditParts['tenants'], tenantId: string): Promise<void> {
  if (await tenants.retrieve(tenantId)) return;
  throw new ScimError('notFound', { detail: 'There is no tenant of this id' });
}

function split<Filter>({ from, to, after, limit, ...filter }: Filter & TrailRange) {
  return { filter, range: { from, to, after, limit } };
}

function recordView({ tenantId: _, kind: __, expires: ___, ...record }: RecordDocument): JsonObject {
  return record as unknown as JsonObject;
}

function runView({ id, credential, state, started, seen, ...run }: RunDocument): JsonObject {
  const { counts, held, refused, details, beyondLicence = 0 } = run;
  const skipped = `${beyondLicence} users beyond the licence limit were skipped`;
  return {
    ...{ id, credential, state, started: instant(started), ended: instant(seen) },
    ...counts,
    held,
    refused,
    details: details.map((detail) => ({ ...detail })),
    beyondLicence,
    notes: beyondLicence > 0 ? [skipped] : [],
  };
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
