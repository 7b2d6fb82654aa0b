import { LRUCache } from 'lru-cache';
import { limits } from '../../base/limits.ts';
import { webhookLimits } from '../../base/webhook-limits.ts';
import type { Change, DocumentStore, Stored } from '../../store/document-store.ts';
import { retryLostRace } from '../../store/retry-lost-race.ts';
import { cursorKey, newCursor, type WebhookCursor } from './cursor.ts';
import { type WebhookRef, workPlaceOf } from './webhook.ts';

/** A stream that this run delivers. */
export interface Lease {
  readonly ref: WebhookRef;
  readonly feed: string;
  /** The id of the run. */
  readonly by: string;
  /** The cursor when the lease was taken or last kept. */
  readonly cursor: WebhookCursor;
}

/** The failure of a run whose stream another run has taken over. */
export class LeaseLostError extends Error {}

const leaseMilliseconds = webhookLimits.leaseSeconds * 1_000;

interface LeaseServices {
  readonly store: DocumentStore;
  readonly now: () => number;
  readonly newId: () => string;
}

/**
 * Makes what takes and keeps leases of streams, so that one run at a time delivers each. A lease is left to its holder
 * until this instance has seen no sign of it for `webhookLimits.leaseSeconds`, whatever the clocks of others say.
 */
export function createLeases({ store, now, newId }: LeaseServices) {
  const seen = new LRUCache<string, { readonly sign: string; readonly since: number }>({ max: 10_000 });

  return { take, keep };

  /** Takes a stream. Yields `undefined` if another run has it, which then looks once more for events. */
  function take(ref: WebhookRef, feed: string): Promise<Lease | undefined> {
    const key = cursorKey(ref, feed);
    return retryLostRace(async () => {
      const stored = (await store.read(key)) as Stored<WebhookCursor> | undefined;
      const current = stored?.document ?? newCursor(ref, feed);
      const woken = current.woken + 1;
      if (isHeld(current)) {
        const call = {
          op: 'increment',
          kind: key.kind,
          id: key.id,
          by: { woken: 1 },
          ifAbsent: 'fail',
        } as const;
        await store.commit(workPlaceOf(ref), [call]);
        return undefined;
      }
      const by = newId();
      const cursor = { ...current, ...leased(by), woken };
      await store.commit(workPlaceOf(ref), [replacing(stored, cursor)]);
      return { ref, feed, by, cursor };
    });
  }

  function isHeld({ id, lease }: WebhookCursor): boolean {
    if (!lease) return false;
    const sign = `${lease.by} ${lease.until}`;
    const known = seen.get(id);
    if (known?.sign !== sign) seen.set(id, { sign, since: now() });
    const since = known?.sign === sign ? known.since : now();
    const isSilent = now() - since >= leaseMilliseconds;
    return !isSilent && now() - lease.until < limits.instanceSkewSeconds * 1_000;
  }

  /**
   * Writes the progress of a run with other changes, in one batch. Rejects with LeaseLostError if another run has the
   * stream, or if there is none any more.
   */
  function keep(lease: Lease, edit: (cursor: WebhookCursor) => WebhookCursor, others: readonly Change[]) {
    const { ref, feed, by } = lease;
    return retryLostRace(async (): Promise<Lease> => {
      const stored = (await store.read(cursorKey(ref, feed))) as Stored<WebhookCursor> | undefined;
      if (stored?.document.lease?.by !== by) throw new LeaseLostError();
      const cursor = edit({ ...stored.document, ...leased(by) });
      await store.commit(workPlaceOf(ref), [replacing(stored, cursor), ...others]);
      return { ...lease, cursor };
    });
  }

  function leased(by: string) {
    const until = now() + leaseMilliseconds;
    return { lease: { by, until }, due: until };
  }
}

function replacing(stored: Stored | undefined, document: WebhookCursor): Change {
  return stored ? { op: 'replace', document, ifVersion: stored.version } : { op: 'create', document };
}

/** The leases of an instance. */
export type Leases = ReturnType<typeof createLeases>;
