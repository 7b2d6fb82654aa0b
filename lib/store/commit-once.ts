import { limits } from '../base/limits.ts';
import type { Change, DocumentStore, Partition } from './document-store.ts';
import { wonRace } from './retry-lost-race.ts';

/** Commits changes that do not depend on each other: many at a time, and one by one where another was faster. */
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

/** Commits what another run or request may have committed already; tells whether nobody was faster. */
export function commitOnce(
  store: DocumentStore,
  partition: Partition,
  changes: readonly Change[],
): Promise<boolean> {
  return wonRace(store.commit(partition, changes));
}
