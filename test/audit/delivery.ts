import { v7 as newId } from 'uuid';
import { deliverEvents } from '../../lib/audit/deliver-events.ts';
import type { AuditEvent, RecordDocument } from '../../lib/audit/record.ts';
import type { RunDocument } from '../../lib/audit/run.ts';
import { eventKind } from '../../lib/directory/events.ts';
import {
  type Container,
  type Document,
  type DocumentStore,
  StoreError,
} from '../../lib/store/document-store.ts';
import { type PolicyInput, policySchema } from '../../lib/tenants/policy.ts';
import { type Directory, intercept } from '../directory/directory.ts';

export interface Delivering extends Partial<Parameters<typeof deliverEvents>[0]> {
  readonly policy?: PolicyInput;
}

/** Runs the timer's delivery once: no accounts to settle and no key in use, unless it is said otherwise. */
export function deliver({ scope }: Directory, { policy = {}, ...parts }: Delivering = {}): Promise<void> {
  return deliverEvents({
    store: scope.store,
    now: scope.now,
    policyOf: async () => policySchema.parse(policy),
    settle: async () => {},
    lastUseOf: async () => undefined,
    beyondLicence: async () => 0,
    ...parts,
  });
}

/** Leaves an event as a request does at the clock's time. */
export async function leave(
  { scope, clock }: Directory,
  { container = 'users', ...facts }: Partial<AuditEvent> & { container?: Container } = {},
): Promise<AuditEvent> {
  const event: AuditEvent = {
    id: `event:${newId()}`,
    tenantId: scope.tenantId,
    kind: eventKind,
    due: clock.time,
    at: new Date(clock.time).toISOString(),
    credential: 'key',
    operation: 'create',
    attributes: ['userName'],
    fired: [],
    requestId: newId(),
    ...facts,
  };
  await scope.store.commit({ container, tenantId: event.tenantId }, [{ op: 'create', document: event }]);
  return event;
}

/** All records of the trail, the newest first. */
export async function records(directory: Directory): Promise<readonly RecordDocument[]> {
  return (await directory.all('audit', 'record')) as readonly RecordDocument[];
}

/** All runs, those that began last first. */
export async function runs(directory: Directory): Promise<readonly RunDocument[]> {
  return (await directory.all('audit', 'run')) as readonly RunDocument[];
}

/** All events that wait, wherever. */
export async function waiting({ all }: Directory): Promise<readonly Document[]> {
  return [
    ...(await all('users', eventKind)),
    ...(await all('groups', eventKind)),
    ...(await all('audit', eventKind)),
  ];
}

/** How many events a run counts. */
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
