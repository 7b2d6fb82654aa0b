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
  /** Called with the kind of each document that is finished. */
  readonly done?: (kind: string) => void;
}

/** The work on documents of a kind once they are due. */
interface DueJob {
  readonly container: Container;
  readonly kind: string;
  readonly finish: (stored: Stored) => Promise<void>;
  /** Names the tenant of a document; needed if its partition is not a tenant. */
  readonly tenantOf?: (document: Document) => string;
}

/**
 * Finishes documents that are due, job after job. A document that fails is postponed. A tenant whose part of
 * the store does not answer is left for the next run. So the other documents are finished in either case.
 *
 * Throws the failure at the end, or an AggregateError if there are several. It throws at once when
 * `limits.silentTenantsMax` tenants do not answer.
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

/** Finishes due documents, each in the scope of its tenant. Postpones those of tenants without a scope. */
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
  return store.due(container, [kind], { before: now(), limit: limits.maintenanceBatchMax });
}

/** Finishes a document, or postpones it if that fails. Yields the failures. */
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

/**
 * Makes a document due later, unless another writer has changed it. Documents that fail would otherwise be
 * the first of every run, until they fill it.
 */
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
    : new AggregateError(failures, 'Several documents that were due could not be finished');
}
