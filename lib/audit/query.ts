import type { Document, DocumentStore } from '../store/document-store.ts';
import { whereEqual } from '../store/where-equal.ts';
import { auditPartition, newestFirst, type RecordDocument, recordKind } from './record.ts';
import { type RunDocument, runKind } from './run.ts';

/** The part of the trail to read, the newest first. */
export interface TrailRange {
  /** Milliseconds since 1970, like `to`. Both times are included. */
  readonly from?: number;
  readonly to?: number;
  /** Selects only entries after the one with this id. */
  readonly after?: string;
  readonly limit: number;
}

/** Values that each record or run of the answer has. */
type TrailFilter<F extends string> = Readonly<Partial<Record<F, string | undefined>>>;
/** The filter of records. */
export type RecordFilter = TrailFilter<'credential' | 'operation' | 'outcome' | 'resource' | 'run'>;
/** The filter of runs. */
export type RunFilter = TrailFilter<'credential'>;

/** Records or runs, the newest first. */
interface TrailPage<D> {
  readonly found: readonly D[];
  /** The `after` of the next page; absent on the last page. */
  readonly next?: string;
}

/** Reads audit trails. All promises reject with a StoreError. */
export interface Trail {
  records(tenantId: string, filter: RecordFilter, range: TrailRange): Promise<TrailPage<RecordDocument>>;
  /** Reads runs, in the order of their start. */
  runs(tenantId: string, filter: RunFilter, range: TrailRange): Promise<TrailPage<RunDocument>>;
  /** Reads one run; `undefined` if it does not exist. */
  run(tenantId: string, id: string): Promise<RunDocument | undefined>;
}

/** Makes the reader of audit trails. With at most one filter, a page costs no more than it returns. */
export function createTrail(store: DocumentStore): Trail {
  return {
    records: (tenantId, filter, range) => readPage(store, { tenantId, kind: recordKind, filter, range }),
    runs: (tenantId, filter, range) => readPage(store, { tenantId, kind: runKind, filter, range }),
    run: async (tenantId, id) => {
      const stored = await store.read({ ...auditPartition(tenantId), kind: runKind, id });
      return stored?.document as RunDocument | undefined;
    },
  };
}

interface PageRequest {
  readonly tenantId: string;
  /** The kind, which is also the prefix of the ids. Ids sort by time. */
  readonly kind: typeof recordKind | typeof runKind;
  readonly filter: TrailFilter<string>;
  readonly range: TrailRange;
}

async function readPage<D extends Document>(
  store: DocumentStore,
  { tenantId, kind, filter, range }: PageRequest,
): Promise<TrailPage<D>> {
  const { from, to, after = '', limit } = range;
  const first = to === undefined ? '' : `${kind}:${newestFirst(to)}`;
  const [, start = ''] = [after, first].sort();
  const page = await store.query({
    ...auditPartition(tenantId),
    kind,
    where: whereEqual(filter),
    after: start === '' ? undefined : start,
    limit,
  });
  const read = page.documents.map(({ document }) => document as D);
  const found = from === undefined ? read : read.filter(({ id }) => id < `${kind}:${newestFirst(from)}~`);
  const isLast = !page.more || found.length < read.length;
  return { found, next: isLast ? undefined : found.at(-1)?.id };
}
