import { eventKind, recordKind } from '../directory/events.ts';
import { limits } from '../limits.ts';
import { type DocumentStore, type Stored, StoreError } from '../store/document-store.ts';

/** Moves events into the audit trail and tells `done` of each; an event that is delivered twice is one record. */
export async function deliverEvents(
  store: DocumentStore,
  now: () => number,
  done?: (kind: string) => void,
): Promise<void> {
  for (const container of ['users', 'groups'] as const) {
    const events = await store.due(container, eventKind, {
      before: now(),
      limit: limits.maintenanceBatchMax,
    });
    for (const event of events) {
      await record(store, event);
      await settle(
        store.commit({ container, tenantId: event.document.tenantId }, [
          { op: 'delete', kind: eventKind, id: event.document.id },
        ]),
      );
      done?.(eventKind);
    }
  }
}

async function record(store: DocumentStore, { document: event }: Stored): Promise<void> {
  const { due, ...facts } = event;
  const document = { ...facts, kind: recordKind };
  await settle(store.commit({ container: 'audit', tenantId: event.tenantId }, [{ op: 'create', document }]));
}

/** A run beside this one may have been faster, which is as good. */
async function settle(commit: Promise<void>): Promise<void> {
  try {
    await commit;
  } catch (thrown) {
    if (!(thrown instanceof StoreError) || thrown.kind === 'throttled' || thrown.kind === 'unavailable')
      throw thrown;
  }
}
