import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { commitOnce } from './commit-once.ts';
import {
  type Container,
  type Document,
  type DocumentStore,
  isOutage,
  type Stored,
} from './document-store.ts';

/** What the timer's jobs work with. */
export interface DueParts {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** Told the kind of each document that is finished. */
  readonly done?: (kind: string) => void;
}

/** What is to be done with documents of a kind once they are due. */
export interface DueJob {
  readonly container: Container;
  readonly kind: string;
  readonly finish: (stored: Stored) => Promise<void>;
  /** Whose the document is, where its partition is not that of a tenant. */
  readonly tenantOf?: (document: Document) => string;
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
      const tenant = job.tenantOf?.(stored.document) ?? stored.document.tenantId;
      if (silent.has(tenant)) continue;
      const failed = await attempt(parts, job, stored);
      failures.push(...failed);
      if (failed.some(isOutage)) silent.add(tenant);
      if (silent.size >= limits.silentTenantsMax) throw summary(failures);
    }
  }
  if (failures.length > 0) throw summary(failures);
}

function dueFor({ store, now }: DueParts, { container, kind }: DueJob): Promise<readonly Stored[]> {
  return store.due(container, kind, { before: now(), limit: limits.maintenanceBatchMax });
}

/** Finishes a document, or puts it off; yields what failed. */
async function attempt(parts: DueParts, job: DueJob, stored: Stored): Promise<readonly unknown[]> {
  try {
    await job.finish(stored);
    parts.done?.(job.kind);
    return [];
  } catch (thrown) {
    if (isOutage(thrown)) return [thrown];
    return putOff(parts, job.container, stored).then(
      () => [thrown],
      (another: unknown) => [thrown, another],
    );
  }
}

/** What stays due comes first in every run, until it leaves room for nothing else; one that has changed is left. */
export async function putOff(
  { store, now }: DueParts,
  container: Container,
  { document, version }: Stored,
): Promise<void> {
  const due = now() + limits.failedDueSeconds * 1000;
  await commitOnce(store, { container, tenantId: document.tenantId }, [
    { op: 'replace', document: { ...document, due }, ifVersion: version },
  ]);
}

function summary(failures: readonly unknown[]): unknown {
  return failures.length === 1
    ? failures[0]
    : new AggregateError(failures, 'Some of what was due could not be finished');
}
