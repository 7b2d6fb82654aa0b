import { limits } from '../base/limits.ts';
import { receiptKind } from '../directory/events.ts';
import { mailChange } from '../mail/mail-document.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, Stored } from '../store/document-store.ts';
import { finishEachDue } from '../store/due-jobs.ts';
import type { TenantDelivery } from './deliver-tenant.ts';
import { auditPartition, expiryOf } from './record.ts';
import { hasFailures, type RunDocument, runGap, runKind } from './run.ts';

/** The services that close runs and report them. */
export interface Closing extends TenantDelivery {
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
  services: Closing,
  { until, behind }: { until: number; behind: ReadonlySet<string> },
): Promise<void> {
  const finish = async (stored: Stored) => {
    if (!behind.has(stored.document.tenantId)) await attend(services, stored as StoredRun, until);
  };
  await finishEachDue({ store: services.store, now: services.now }, [
    { container: 'audit', kind: runKind, finish },
  ]);
}

async function attend(services: Closing, stored: StoredRun, until: number): Promise<void> {
  const { document: run, version } = stored;
  if (run.state === 'closed') return report(services, stored);
  const seen = await lastSeen(services, run);
  if (until - seen < runGap) {
    const due = services.now() + limits.runCheckSeconds * 1_000;
    await replace(services, { ...run, seen, due }, version);
    return;
  }
  const beyondLicence = await services.beyondLicence(run.tenantId);
  // Closed for good before it is reported; the next run of the timer does that.
  const due = hasFailures(run) ? services.now() : undefined;
  await replace(services, { ...run, state: 'closed', seen, beyondLicence, due }, version);
}

/** Requests that leave no record make a run go on by the use of its key, unless that came after a gap. */
async function lastSeen({ lastUseOf }: Closing, { credential, seen }: RunDocument): Promise<number> {
  const used = (await lastUseOf(credential)) ?? 0;
  return used > seen && used < seen + runGap ? used : seen;
}

/** Asks for the mail to the administrators; the receipt beside it stays when the mail is sent and gone. */
async function report(services: Closing, { document: run, version }: StoredRun): Promise<void> {
  const { tenantId } = run;
  const policy = await services.policyOf(tenantId);
  if (policy?.notifications.failures && hasFailures(run)) {
    const mail = mailChange({ ...services, tenantId }, { template: 'runReport', run: run.id }, run.id);
    const expires = expiryOf(services.now(), policy.audit.days);
    const receipt: Document = { id: `report:${run.id}`, tenantId, kind: receiptKind, expires };
    const changes: readonly Change[] = [mail, { op: 'create', document: receipt }];
    await commitOnce(services.store, { container: 'users', tenantId }, changes);
  }
  await replace(services, { ...run, due: undefined }, version);
}

/** Whoever changed the run meanwhile left it due. */
async function replace({ store }: Closing, run: RunDocument, version: string): Promise<void> {
  await commitOnce(store, auditPartition(run.tenantId), [
    { op: 'replace', document: run, ifVersion: version },
  ]);
}
