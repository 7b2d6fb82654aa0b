import { v7 as newId } from 'uuid';
import { deliverRecords } from '../../lib/audit/deliver-records.ts';
import type { DueRecord } from '../../lib/audit/record.ts';
import type { RunDocument } from '../../lib/audit/run.ts';
import {
  type ChangeFacts,
  type RecordDocument,
  recordChange,
  recordId,
  recordKind,
} from '../../lib/store/change-document.ts';
import { type Container, type DocumentStore, StoreError } from '../../lib/store/document-store.ts';
import { type PolicyInput, policySchema } from '../../lib/tenants/policy.ts';
import { type Directory, intercept } from '../directory/directory.ts';

export interface Delivering extends Partial<Parameters<typeof deliverRecords>[0]> {
  readonly policy?: PolicyInput;
}

/** Runs the timer's delivery once: no accounts to settle and no key in use, unless it is said otherwise. */
export function deliver({ scope }: Directory, { policy = {}, ...parts }: Delivering = {}): Promise<void> {
  const parsed = policySchema.parse(policy);
  return deliverRecords({
    store: scope.store,
    now: scope.now,
    policyOf: async () => parsed,
    daysOf: async () => parsed.audit.days,
    stamp: async () => {},
    removeLateWrites: async () => {},
    settle: async () => {},
    follow: async () => {},
    lastUseOf: async () => undefined,
    beyondLicence: async () => 0,
    ...parts,
  });
}

/** Leaves a record as a request does at the clock's time. */
export async function leave(
  { scope, clock }: Directory,
  { container = 'users', ...facts }: Partial<RecordDocument> & { container?: Container } = {},
): Promise<DueRecord> {
  const { tenantId = scope.tenantId, credential = 'key', requestId = newId() } = facts;
  const { resourceType, resource, operation = 'create', outcome } = facts;
  const { document } = recordChange({ ...scope, tenantId, actor: { credential, requestId } }, {
    operation,
    resourceType,
    resource,
    outcome,
    attributes: ['userName'],
  } as ChangeFacts);
  const at = facts.at ?? new Date(clock.time).toISOString();
  const kept = container === 'audit' ? undefined : document.kept;
  const record = { ...document, id: recordId(Date.parse(at), newId()), kept, ...facts } as RecordDocument;
  await scope.store.commit({ container, tenantId }, [{ op: 'create', document: record }]);
  const stored = await scope.store.read({ container, tenantId, kind: recordKind, id: record.id });
  return { container, record, version: stored?.version ?? '' };
}

const containers = ['users', 'groups', 'tenants', 'audit'] as const;

async function recordsAnywhere({ all }: Directory): Promise<readonly RecordDocument[]> {
  const found = await Promise.all(containers.map((container) => all(container, recordKind)));
  return (found.flat() as RecordDocument[]).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** All records that were delivered, the newest first. */
export async function records(directory: Directory): Promise<readonly RecordDocument[]> {
  return (await recordsAnywhere(directory)).filter(({ due }) => due === undefined);
}

/** All records that are still due, wherever. */
export async function waiting(directory: Directory): Promise<readonly RecordDocument[]> {
  return (await recordsAnywhere(directory)).filter(({ due }) => due !== undefined);
}

/** All runs, those that began last first. */
export async function runs(directory: Directory): Promise<readonly RunDocument[]> {
  return (await directory.all('audit', 'run')) as readonly RunDocument[];
}

/** Returns the number of records that a run counts. */
export function total({ counts, held, refused }: RunDocument): number {
  const numbers = [counts, held, refused].flatMap((tally) => Object.values(tally));
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A store that refuses the commits of some tenants. */
export function refusing(store: DocumentStore, tenants: readonly string[]): DocumentStore {
  return intercept(store, async (partition, changes) => {
    if (tenants.includes(partition.tenantId)) throw new StoreError('throttled');
    return store.commit(partition, changes);
  });
}
