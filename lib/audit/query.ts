import { newestFirst, type RecordDocument, recordKind } from '../store/change-document.ts';
import type { Document, DocumentStore, Page, Partition } from '../store/document-store.ts';
import { whereEqual } from '../store/where-equal.ts';
import { registry } from '../tenants/tenant-documents.ts';
import { auditPartition } from './record.ts';
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
  /** Reads the creations and deletions of tenants. */
  tenants(filter: RecordFilter, range: TrailRange): Promise<TrailPage<RecordDocument>>;
  /** Reads runs, in the order of their start. */
  runs(tenantId: string, filter: RunFilter, range: TrailRange): Promise<TrailPage<RunDocument>>;
  /** Reads one run; `undefined` if it does not exist. */
  run(tenantId: string, id: string): Promise<RunDocument | undefined>;
}

/** Makes the reader of audit trails. */
export function createTrail(store: DocumentStore): Trail {
  return {
    records(tenantId, filter, range) {
      const partitions = recordContainers.map((container) => ({ container, tenantId }));
      return readPage(store, { partitions, kind: recordKind, filter, range });
    },
    tenants: (filter, range) => readPage(store, { partitions: [registry], kind: recordKind, filter, range }),
    runs: (tenantId, filter, range) =>
      readPage(store, { partitions: [auditPartition(tenantId)], kind: runKind, filter, range }),
    run: async (tenantId, id) => {
      const stored = await store.read({ ...auditPartition(tenantId), kind: runKind, id });
      return stored?.document as RunDocument | undefined;
    },
  };
}

/** The containers with records. Older versions moved all records to `audit`. */
const recordContainers = ['users', 'groups', 'tenants', 'audit'] as const;

interface PageRequest {
  readonly partitions: readonly Partition[];
  /** The kind, which is also the prefix of the ids. Ids sort by time. */
  readonly kind: typeof recordKind | typeof runKind;
  readonly filter: TrailFilter<string>;
  readonly range: TrailRange;
}

/** Reads a page. Documents that the tenant does not keep are left out, so it may take several rounds. */
async function readPage<D extends Document>(
  store: DocumentStore,
  request: PageRequest,
): Promise<TrailPage<D>> {
  const { limit } = request.range;
  const found: D[] = [];
  for (let { after } = request.range; ; ) {
    const round = await readRound(store, request, after);
    for (const [index, document] of round.documents.entries()) {
      if (document.kept === false) continue;
      found.push(document as D);
      if (found.length < limit) continue;
      const isLast = !round.more && index === round.documents.length - 1;
      return { found, next: isLast ? undefined : document.id };
    }
    if (!round.more) return { found };
    after = round.documents.at(-1)?.id;
  }
}

interface Round {
  readonly documents: readonly Document[];
  /** True if documents follow the last one. */
  readonly more: boolean;
}

/** Merges one page of each partition, as far as all of them were read. */
async function readRound(
  store: DocumentStore,
  { partitions, kind, filter, range: { from, to, limit } }: PageRequest,
  after = '',
): Promise<Round> {
  const first = to === undefined ? '' : `${kind}:${newestFirst(to)}`;
  const [, start = ''] = [after, first].sort();
  const query = { kind, where: whereEqual(filter), after: start === '' ? undefined : start, limit };
  const pages = await Promise.all(partitions.map((partition) => store.query({ ...partition, ...query })));
  const merged = pages.flatMap(({ documents }) => documents.map(({ document }) => document));
  merged.sort((a, b) => (a.id < b.id ? -1 : 1));
  const end = [
    ...pages.flatMap(endOf),
    ...(from === undefined ? [] : [`${kind}:${newestFirst(from)}~`]),
  ].sort()[0];
  const documents = end === undefined ? merged : merged.filter(({ id }) => id <= end);
  const isOver = end === undefined || end.endsWith('~');
  return { documents, more: !isOver };
}

/** The id up to which a page shows its partition; none if it shows all of it. */
function endOf({ documents, more }: Page): readonly string[] {
  return more ? documents.slice(-1).map(({ document }) => document.id) : [];
}
