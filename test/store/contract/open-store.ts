import { randomUUID } from 'node:crypto';
import type {
  Change,
  Document,
  DocumentStore,
  Meter,
  Partition,
  Query,
} from '../../../lib/store/document-store.ts';

export interface OpenStore {
  readonly store: DocumentStore;
  /** Closes the store and opens it again on what it has kept; absent where nothing outlives it. */
  readonly reopen?: () => Promise<DocumentStore>;
  readonly dispose: () => Promise<void>;
}

/** A partition of its own for a test, since the engine is opened once for all of them. */
export function freshPartition(container: Partition['container'] = 'users'): Partition {
  return { container, tenantId: `t-${randomUUID()}` };
}

/** A kind of its own for a test on what is due, which looks across partitions. */
export const freshKind = () => `kind-${randomUUID()}`;

export function documentIn({ tenantId }: Partition, id: string, rest: object = {}): Document {
  return { id, tenantId, kind: 'user', ...rest };
}

export function create(partition: Partition, id: string, rest: object = {}): Change {
  return { op: 'create', document: documentIn(partition, id, rest) };
}

export function keyIn(partition: Partition, id: string, kind = 'user') {
  return { ...partition, kind, id };
}

/** Creates documents in batches as large as they may be. */
export async function seed(store: DocumentStore, partition: Partition, documents: readonly Document[]) {
  for (let start = 0; start < documents.length; start += 100) {
    const batch = documents.slice(start, start + 100);
    await store.commit(
      partition,
      batch.map((document) => ({ op: 'create', document })),
    );
  }
}

/** The ids of a page, and whether more follow. */
export async function idsOf(store: DocumentStore, query: Query) {
  const { documents, more } = await store.query(query);
  return { ids: documents.map(({ document }) => document.id), more };
}

export function countingMeter() {
  const operations: { name: string; examined: number }[] = [];
  const meter: Meter = { operation: (name, examined) => operations.push({ name, examined }) };
  return { meter, operations };
}
