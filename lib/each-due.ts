import { limits } from './limits.ts';
import { commitOnce } from './store/commit-once.ts';
import { type Container, type DocumentStore, isOutage, type Stored } from './store/document-store.ts';

/** What the timer's jobs work with. */
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
 * Does what is due, job after job. A document that fails is put off, and a tenant whose part of the store does not
 * answer is left for the next run, so that neither keeps the others from being done.
 *
 * Throws what failed at the end, an AggregateError where that is more than one; at once when nothing answers.
 */
export async function finishEachDue(parts: DueParts, jobs: readonly DueJob[]): Promise<void> {
  const failures: unknown[] = [];
  const silent = new Set<string>();
  for (const job of jobs) {
    for (const stored of await dueFor(parts, job)) {
      const { tenantId } = stored.document;
      if (silent.has(tenantId)) continue;
      try {
        await job.finish(stored);
        parts.done?.(job.kind);
      } catch (thrown) {
        failures.push(thrown);
        if (isOutage(thrown)) silent.add(tenantId);
        else await putOff(parts, job, stored);
        if (silent.size >= limits.silentTenantsMax) throw summary(failures);
      }
    }
  }
  if (failures.length > 0) throw summary(failures);
}

function dueFor({ store, now }: DueParts, { container, kind }: DueJob): Promise<readonly Stored[]> {
  return store.due(container, kind, { before: now(), limit: limits.maintenanceBatchMax });
}

/** What stays due comes first in every run, until it leaves room for nothing else. */
async function putOff({ store, now }: DueParts, { container }: DueJob, { document }: Stored): Promise<void> {
  const { tenantId, kind, id } = document;
  const set = { due: now() + limits.failedDueSeconds * 1000 };
  await commitOnce(store, { container, tenantId }, [
    { op: 'increment', kind, id, by: {}, set, ifAbsent: 'fail' },
  ]);
}

function summary(failures: readonly unknown[]): unknown {
  return failures.length === 1
    ? failures[0]
    : new AggregateError(failures, 'Some of what was due could not be finished');
}
