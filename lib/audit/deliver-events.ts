import { type EventDocument, eventKind, recordKind } from '../directory/events.ts';
import { limits } from '../limits.ts';
import { type DocumentStore, StoreError } from '../store/document-store.ts';

export interface DeliveryParts {
  readonly store: DocumentStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Brings the accounts of users in step with the directory, in case the request did not. */
  readonly settle: (tenantId: string, users: readonly string[]) => Promise<void>;
  /** Told of each event that is delivered. */
  readonly done?: (kind: string) => void;
}

/** Settles what events concern, then moves them into the audit trail; one that is delivered twice is one record. */
export async function deliverEvents({ store, now, settle, done }: DeliveryParts): Promise<void> {
  for (const container of ['users', 'groups'] as const) {
    const due = { before: now(), limit: limits.maintenanceBatchMax };
    const events = (await store.due(container, eventKind, due)).map(
      ({ document }) => document as EventDocument,
    );
    for (const [tenantId, users] of concernedUsers(events)) await settle(tenantId, users);
    for (const event of events) {
      await record(store, event);
      const drop = { op: 'delete', kind: eventKind, id: event.id } as const;
      await once(store.commit({ container, tenantId: event.tenantId }, [drop]));
      done?.(eventKind);
    }
  }
}

function concernedUsers(events: readonly EventDocument[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, Set<string>>();
  for (const { tenantId, resourceType, resource, users: members = [] } of events) {
    const concerned = users.get(tenantId) ?? new Set<string>();
    for (const user of resourceType === 'User' ? [resource, ...members] : members) concerned.add(user);
    users.set(tenantId, concerned);
  }
  return new Map([...users].map(([tenantId, concerned]) => [tenantId, [...concerned]]));
}

async function record(store: DocumentStore, { due, ...facts }: EventDocument): Promise<void> {
  const document = { ...facts, kind: recordKind };
  await once(store.commit({ container: 'audit', tenantId: facts.tenantId }, [{ op: 'create', document }]));
}

/** A run beside this one may have been faster, which is as good. */
async function once(commit: Promise<void>): Promise<void> {
  try {
    await commit;
  } catch (thrown) {
    if (!(thrown instanceof StoreError) || thrown.kind === 'throttled' || thrown.kind === 'unavailable')
      throw thrown;
  }
}
