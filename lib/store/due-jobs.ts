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

/** One run of the timer. */
export interface TimerRun {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** Told the kind of each document that is finished. */
  readonly done?: (kind: string) => void;
}

/** What is to be done with documents of a kind once they are due. */
interface DueJob {
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
export async function finishEachDue(run: TimerRun, jobs: readonly DueJob[]): Promise<void> {
  const failures: unknown[] = [];
  const silent = new Set<string>();
  for (const job of jobs) {
    for (const stored of await dueFor(run, job)) {
      const tenant = job.tenantOf?.(stored.document) ?? stored.document.tenantId;
      if (silent.has(tenant)) continue;
      const failed = await attempt(run, job, stored);
      failures.push(...failed);
      if (failed.some(isOutage)) silent.add(tenant);
      if (silent.size >= limits.silentTenantsMax) throw summary(failures);
    }
  }
  if (failures.length > 0) throw summary(failures);
}

/** Finishes documents within what their tenants work in; those of a tenant that has no such thing are put off. */
export async function finishEachDueWithin<Scope>(
  run: TimerRun,
  scopeOf: (tenantId: string) => Promise<Scope | undefined>,
  jobs: readonly ScopedJob<Scope>[],
): Promise<void> {
  const within = ({ container, kind, finish }: ScopedJob<Scope>): DueJob => ({
    container,
    kind,
    async finish(stored) {
      const scope = await scopeOf(stored.document.tenantId);
      await (scope ? finish(scope, stored, container) : putOff(run, container, stored));
    },
  });
  await finishEachDue(run, jobs.map(within));
}

interface ScopedJob<Scope> extends Pick<DueJob, 'container' | 'kind'> {
  readonly finish: (scope: Scope, stored: Stored, container: Container) => Promise<void>;
}

function dueFor({ store, now }: TimerRun, { container, kind }: DueJob): Promise<readonly Stored[]> {
  return store.due(container, kind, { before: now(), limit: limits.maintenanceBatchMax });
}

/** Finishes a document, or puts it off; yields what failed. */
async function attempt(run: TimerRun, job: DueJob, stored: Stored): Promise<readonly unknown[]> {
  try {
    await job.finish(stored);
    run.done?.(job.kind);
    return [];
  } catch (thrown) {
    if (isOutage(thrown)) return [thrown];
    return putOff(run, job.container, stored).then(
      () => [thrown],
      (another: unknown) => [thrown, another],
    );
  }
}

/** What stays due comes first in every run, until it leaves room for nothing else; one that has changed is left. */
async function putOff(
  { store, now }: TimerRun,
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
