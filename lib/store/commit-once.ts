import { limits } from '../base/limits.ts';
import type { Change, DocumentStore, Partition } from './document-store.ts';
import { wonRace } from './retry-lost-race.ts';

/** Commits independent changes: in batches, and one by one if another writer changed one of them first. */
export async function commitEach(
  store: DocumentStore,
  partition: Partition,
  changes: readonly Change[],
): Promise<void> {
  for (let start = 0; start < changes.length; start += limits.batchChangesMax) {
    const batch = changes.slice(start, start + limits.batchChangesMax);
    if (await commitOnce(store, partition, batch)) continue;
    for (const change of batch) await commitOnce(store, partition, [change]);
  }
}

/** Commits changes that another run or request may have committed already. Yields false if it has. */
export function commitOnce(
  store: DocumentStore,
  partition: Partition,
  changes: readonly Change[],
): Promise<boolean> {
  return wonRace(store.commit(partition, changes));
}
