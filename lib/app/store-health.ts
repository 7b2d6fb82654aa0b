import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { isDiskFailure } from '../store/disk-failure.ts';
import type { DocumentStore } from '../store/document-store.ts';

/** The store for all work, and the check that it takes writes. */
interface WatchedStore {
  readonly store: DocumentStore;
  /** Rejects with a StoreError. */
  readonly checkStore: () => Promise<void>;
}

/**
 * Watches the writes of a store. A full disk may still take the small write of a check while it takes no other, so the
 * check also fails for `limits.failedWriteSeconds` after a write that the disk refused, unless one succeeds.
 */
export function watchStore(
  engine: DocumentStore,
  { now, newId }: { now: Clock; newId: () => string },
): WatchedStore {
  let refusal: { readonly error: unknown; readonly until: number } | undefined;
  const store = engine.metered({
    outcome(operation, error) {
      if (operation !== 'commit') return;
      if (error === undefined) refusal = undefined;
      else if (isDiskFailure(error)) refusal = { error, until: now() + limits.failedWriteSeconds * 1_000 };
    },
  });
  const checkStore = async () => {
    if (refusal && now() < refusal.until) throw refusal.error;
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
