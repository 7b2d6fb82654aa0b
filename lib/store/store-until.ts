import type { Clock } from '../base/clock.ts';
import { type DocumentStore, StoreError } from './document-store.ts';

/**
 * The store for work that must not write after a time, in milliseconds since 1970. A clean-up can begin then, also if
 * the process of the work has stood still in between.
 *
 * A commit at or after that time rejects with StoreError `unavailable`.
 */
export function storeUntil(store: DocumentStore, now: Clock, end: number): DocumentStore {
  const check = () => {
    if (now() < end) return;
    throw new StoreError('unavailable', { cause: new Error('The work has taken too long to write more') });
  };
  return interceptCommits(store, (inner) => async (partition, changes) => {
    check();
    await inner.commit(partition, changes, check);
  });
}

/** The same store, whose commits go through the function that `commitOf` makes for it, also when it is metered. */
export function interceptCommits(
  store: DocumentStore,
  commitOf: (store: DocumentStore) => DocumentStore['commit'],
): DocumentStore {
  return override(store, (inner) => ({ commit: commitOf(inner) }));
}

/** The same store with other methods in place of some, which `methodsOf` makes for it, also when it is metered. */
export function override(
  store: DocumentStore,
  methodsOf: (store: DocumentStore) => Partial<DocumentStore>,
): DocumentStore {
  return {
    read: (key, freshness) => store.read(key, freshness),
    readMany: (keys) => store.readMany(keys),
    query: (query) => store.query(query),
    count: (query) => store.count(query),
    commit: (partition, changes) => store.commit(partition, changes),
    due: (container, kinds, due) => store.due(container, kinds, due),
    follow: (container, start, limit) => store.follow(container, start, limit),
    sweep: (expired) => store.sweep(expired),
    drain: (what, limit) => store.drain(what, limit),
    metered: (meter) => override(store.metered(meter), methodsOf),
    close: () => store.close(),
    ...methodsOf(store),
  };
}
