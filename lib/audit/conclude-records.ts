import { type RecordDocument, recordKind } from '../store/change-document.ts';
import type { Container, DocumentStore } from '../store/document-store.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { conclusion, type DueRecord } from './record.ts';

/** The tenant of a trail, and the days for which its records and runs are kept. */
export interface Trail {
  readonly tenantId: string;
  readonly days: number;
}

/** The address of a record in the partitions of a tenant. */
export interface RecordRef {
  readonly container: Container;
  readonly id: string;
}

/** A record that a run has counted, and the id of the run. */
export interface CountedRecord extends RecordRef {
  readonly run: string;
}

/** Reads records of a tenant again. Yields those that are still due. */
export async function stillDue(
  store: DocumentStore,
  tenantId: string,
  refs: readonly RecordRef[],
): Promise<readonly DueRecord[]> {
  const found = await store.readMany(
    refs.map(({ container, id }) => ({ container, tenantId, kind: recordKind, id })),
  );
  return refs.flatMap(({ container }, position) => {
    const record = found[position]?.document as RecordDocument | undefined;
    if (record?.due === undefined) return [];
    return [{ container, record, version: found[position]?.version ?? '' }];
  });
}

/**
 * Takes `due` off all records that one batch has counted. `known` are their versions as far as they were read
 * before; others, and those that have changed since, are read. Throws StoreError.
 */
export async function concludeCounted(
  store: DocumentStore,
  { tenantId, days }: Trail,
  { counted, known }: { counted: readonly CountedRecord[]; known?: readonly DueRecord[] },
): Promise<void> {
  const runs = new Map(counted.map(({ id, run }) => [id, run]));
  for (const container of new Set(counted.map((one) => one.container))) {
    const refs = counted.filter((one) => one.container === container);
    const read = known?.filter((one) => one.container === container && runs.has(one.record.id));
    await retryLostRace(async (lost) => {
      const due = lost === 0 && read ? read : await stillDue(store, tenantId, refs);
      const changes = due.map((one) => conclusion(one, { days, run: runs.get(one.record.id) }));
      if (changes.length > 0) await store.commit({ container, tenantId }, changes);
    }, unavailable);
  }
}
