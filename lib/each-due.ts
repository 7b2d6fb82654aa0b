import { limits } from './limits.ts';
import { type Container, type DocumentStore, type Stored, StoreError } from './store/document-store.ts';

export interface DueParts {
  readonly store: DocumentStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told the kind of each document that is finished. */
  readonly done?: (kind: string) => void;
}

/** What is to be done with documents of a kind once they are due. */
export interface DueJob {
  readonly container: Container;
  readonly kind: string;
  readonly finish: (stored: Stored) => Promise<void>;
}

/**
 * Does what is due, job after job; a document that fails keeps no other from being done.
 *
 * Throws StoreError when the store fails, and an AggregateError of the failures of single documents at the end.
 */
export async function finishEachDue(parts: DueParts, jobs: readonly DueJob[]): Promise<void> {
  const { store, now, done } = parts;
  const failures: unknown[] = [];
  for (const { container, kind, finish } of jobs) {
    const due = await store.due(container, kind, { before: now(), limit: limits.maintenanceBatchMax });
    for (const stored of due) {
      try {
        await finish(stored);
        done?.(kind);
      } catch (thrown) {
        // A store that does not answer will not answer for the next document either.
        if (thrown instanceof StoreError) throw thrown;
        failures.push(thrown);
      }
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some of what was due could not be finished');
}
