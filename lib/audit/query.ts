import type { Document, DocumentStore } from '../store/document-store.ts';
import { whereEqual } from '../store/where-equal.ts';
import { auditPartition, newestFirst, type RecordDocument, recordKind } from './record.ts';
import { type RunDocument, runKind } from './run.ts';

/** Which part of the trail is read, the newest first. */
export interface TrailRange {
  /** Milliseconds since 1970, like `to`; both included. */
  readonly from?: number;
  readonly to?: number;
  /** Only what is behind this id. */
  readonly after?: string;
  readonly limit: number;
}

/** What each record, or run, of the answer has. */
type TrailFilter<F extends string> = Readonly<Partial<Record<F, string | undefined>>>;
/** What records can be filtered by. */
export type RecordFilter = TrailFilter<'credential' | 'operation' | 'outcome' | 'resource' | 'run'>;
/** What runs can be filtered by. */
export type RunFilter = TrailFilter<'credential'>;

/** Records or runs, the newest first. */
interface TrailPage<D> {
  readonly found: readonly D[];
  /** Goes into `after` for the following page; absent on the last. */
  readonly next?: string;
}

/** The audit trail for those who read it; all reject with a StoreError. */
export interface Trail {
  records(tenantId: string, filter: RecordFilter, range: TrailRange): Promise<TrailPage<RecordDocument>>;
  /** By the time they began. */
  runs(tenantId: string, filter: RunFilter, range: TrailRange): Promise<TrailPage<RunDocument>>;
  /** Absence is `undefined`. */
  run(tenantId: string, id: string): Promise<RunDocument | undefined>;
}

/** Reads audit trails; a page costs a page where one filter is given, or none. */
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
  /** Also the beginning of the ids of its documents, which sort by time. */
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
