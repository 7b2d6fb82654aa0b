import { limits } from '../base/limits.ts';
import { receiptKind } from '../directory/records.ts';
import { mailChange } from '../mail/mail-document.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, Stored } from '../store/document-store.ts';
import { finishEachDue } from '../store/due-jobs.ts';
import type { Policy } from '../tenants/policy.ts';
import type { TenantDelivery } from './deliver-tenant.ts';
import { auditPartition, expiryOf } from './record.ts';
import { hasFailures, type RunDocument, runGap, runKind } from './run.ts';

/** The services that close runs and report them. */
export interface Closing extends TenantDelivery {
  /** Reads the policy of a tenant; `undefined` if the tenant does not exist. */
  readonly policyOf: (tenantId: string) => Promise<Policy | undefined>;
  /** Reads the last known use of a key, in milliseconds since 1970. */
  readonly lastUseOf: (credential: string) => Promise<number | undefined>;
  /** Counts the accounts of a tenant that are held because they lack a licence. */
  readonly beyondLicence: (tenantId: string) => Promise<number>;
}

type StoredRun = Stored<RunDocument>;

/**
 * Closes the runs that are over and requests their reports. Each is done once, even if this is interrupted.
 *
 * `until` is the time, in milliseconds since 1970, before which all records are delivered, except those of the
 * tenants in `behind`. Throws the failures at the end.
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
  // The run is closed before it is reported. The next run of the timer reports it.
  const due = hasFailures(run) ? services.now() : undefined;
  await replace(services, { ...run, state: 'closed', seen, beyondLicence, due }, version);
}

/** The last activity of a run: a record, or a use of its key without a gap. Not every request is recorded. */
async function lastSeen({ lastUseOf }: Closing, { credential, seen }: RunDocument): Promise<number> {
  const used = (await lastUseOf(credential)) ?? 0;
  return used > seen && used < seen + runGap ? used : seen;
}

/** Requests the mail to the administrators. The receipt outlives the mail, so that it is sent once. */
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

/** Writes a run, unless another writer has changed it. That one has left it due. */
async function replace({ store }: Closing, run: RunDocument, version: string): Promise<void> {
  await commitOnce(store, auditPartition(run.tenantId), [
    { op: 'replace', document: run, ifVersion: version },
  ]);
}
