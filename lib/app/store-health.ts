import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { type DocumentStore, StoreError } from '../store/document-store.ts';
import { interceptCommits } from '../store/store-until.ts';

/** The store for all work, and the check that it takes writes. */
interface WatchedStore {
  readonly store: DocumentStore;
  /** Rejects with the StoreError of a failed write. */
  readonly checkStore: () => Promise<void>;
}

/**
 * Watches the writes of a store. A full disk may still take the small write of a check while it takes no other, so the
 * check also fails for `limits.failedWriteSeconds` after a failed write that no successful one has followed.
 */
export function watchStore(
  engine: DocumentStore,
  { now, newId }: { now: Clock; newId: () => string },
): WatchedStore {
  let failure: { readonly error: StoreError; readonly until: number } | undefined;
  const store = interceptCommits(engine, (inner) => async (partition, changes) => {
    try {
      await inner.commit(partition, changes);
      failure = undefined;
    } catch (error) {
      const isOut = error instanceof StoreError && error.kind === 'unavailable';
      if (isOut) failure = { error, until: now() + limits.failedWriteSeconds * 1_000 };
      throw error;
    }
  });
  const checkStore = async () => {
    if (failure && now() < failure.until) throw failure.error;
    const probe = { id: `probe:${newId()}`, tenantId: '_health', kind: 'probe' };
    const partition = { container: 'tenants', tenantId: probe.tenantId } as const;
    // The batch leaves nothing, but a database that is read-only or full refuses it.
    const batch = [
      { op: 'create', document: probe },
      { op: 'delete', ...probe },
    ] as const;
    await Promise.all([engine.read({ ...partition, ...probe }), engine.commit(partition, batch)]);
  };
  return { store, checkStore };
}
