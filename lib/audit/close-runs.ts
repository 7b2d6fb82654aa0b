import { limits } from '../base/limits.ts';
import { receiptKind } from '../directory/events.ts';
import { mailChange } from '../mail/mail-document.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, Stored } from '../store/document-store.ts';
import { finishEachDue, type TimerRun } from '../store/due-jobs.ts';
import type { Policy } from '../tenants/policy.ts';
import { auditPartition, expiryOf } from './record.ts';
import { hasFailures, type RunDocument, runGap, runKind } from './run.ts';

/** What it takes to tell that a run is over, and to report it. */
export interface ClosingParts extends Omit<TimerRun, 'done'> {
  readonly policyOf: (tenantId: string) => Promise<Policy | undefined>;
  /** When a key was used last, as far as it is noted; milliseconds since 1970. */
  readonly lastUseOf: (credential: string) => Promise<number | undefined>;
  /** How many accounts of a tenant are held for want of a licence. */
  readonly beyondLicence: (tenantId: string) => Promise<number>;
}

type StoredRun = Stored<RunDocument>;

/**
 * Closes the runs that are over and asks for their reports, each once however often it is cut off.
 *
 * `until`, in milliseconds since 1970, is up to when all is delivered but what tenants `behind` have. Throws
 * the failures at the end.
 */
export async function closeRuns(
  parts: ClosingParts,
  { until, behind }: { until: number; behind: ReadonlySet<string> },
): Promise<void> {
  const finish = async (stored: Stored) => {
    if (!behind.has(stored.document.tenantId)) await attend(parts, stored as StoredRun, until);
  };
  await finishEachDue({ store: parts.store, now: parts.now }, [
    { container: 'audit', kind: runKind, finish },
  ]);
}

async function attend(parts: ClosingParts, stored: StoredRun, until: number): Promise<void> {
  const { document: run, version } = stored;
  if (run.state === 'closed') return report(parts, stored);
  const seen = await lastSeen(parts, run);
  if (until - seen < runGap) {
    const due = parts.now() + limits.runCheckSeconds * 1_000;
    await replace(parts, { ...run, seen, due }, version);
    return;
  }
  const beyondLicence = await parts.beyondLicence(run.tenantId);
  const { due: _, ...quiet } = run;
  const closed: RunDocument = { ...quiet, state: 'closed', seen, beyondLicence };
  // Closed for good before it is reported; the next run of the timer does that.
  await replace(parts, hasFailures(run) ? { ...closed, due: parts.now() } : closed, version);
}

/** Requests that leave no record make a run go on by the use of its key, unless that came after a gap. */
async function lastSeen({ lastUseOf }: ClosingParts, { credential, seen }: RunDocument): Promise<number> {
  const used = (await lastUseOf(credential)) ?? 0;
  return used > seen && used < seen + runGap ? used : seen;
}

/** Asks for the mail to the administrators; the receipt beside it stays when the mail is sent and gone. */
async function report(parts: ClosingParts, { document: run, version }: StoredRun): Promise<void> {
  const { tenantId } = run;
  const policy = await parts.policyOf(tenantId);
  if (policy?.notifications.failures && hasFailures(run)) {
    const mail = mailChange({ ...parts, tenantId }, { template: 'runReport', run: run.id }, run.id);
    const expires = expiryOf(parts.now(), policy.audit.days);
    const receipt: Document = { id: `report:${run.id}`, tenantId, kind: receiptKind, expires };
    const changes: readonly Change[] = [mail, { op: 'create', document: receipt }];
    await commitOnce(parts.store, { container: 'users', tenantId }, changes);
  }
  const { due: _, ...reported } = run;
  await replace(parts, reported, version);
}

/** Whoever changed the run meanwhile left it due. */
async function replace({ store }: ClosingParts, run: RunDocument, version: string): Promise<void> {
  await commitOnce(store, auditPartition(run.tenantId), [
    { op: 'replace', document: run, ifVersion: version },
  ]);
}
