import type { Clock } from '../base/clock.ts';
import { isRecent } from '../base/is-recent.ts';
import { limits } from '../base/limits.ts';
import { recordKind } from './change-document.ts';
import type { Change, Container, Document, DocumentStore, Partition } from './document-store.ts';
import { override } from './store-until.ts';

/** The document that tells the timers of all instances when work was last left for them. */
interface WorkMark extends Document {
  /** Milliseconds since 1970. */
  readonly at: number;
}

const partition = { container: 'tenants', tenantId: '_timer' } as const;
const markKind = 'work-mark';
const key = { ...partition, kind: markKind, id: markKind } as const;

/** A store that marks the work which its writes leave for the timer. */
interface MarkingStore {
  readonly store: DocumentStore;
  /** Marks that there is work, at most once in `limits.workMarkSeconds`. Never rejects. */
  readonly markWork: () => Promise<void>;
  /** The number of writes of this process in a container, begun so far. */
  readonly writesIn: (container: Container) => number;
}

/**
 * Wraps a store so that a batch with a document that is due already also marks that there is work. Both are written at
 * the same time. `changed` gets the place of each recorded change.
 */
export function markingStore(
  engine: DocumentStore,
  now: Clock,
  changed: (place: Partition) => void = () => undefined,
): MarkingStore {
  const writes = new Map<Container, number>();
  let marked = 0;
  const markWork = async () => {
    if (isRecent(marked, limits.workMarkSeconds, now())) return;
    marked = now();
    const { kind, id } = key;
    // Without the mark, the work waits for a sweep at the slowest pace. That must not fail or delay other requests.
    await engine
      .commit(partition, [{ op: 'increment', kind, id, by: {}, set: { at: marked }, ifAbsent: 'create' }])
      .catch(() => undefined);
  };
  const note = (container: Container) => writes.set(container, (writes.get(container) ?? 0) + 1);
  const store = override(engine, (inner) => ({
    async commit(place, changes) {
      note(place.container);
      const mark = changes.some((change) => isDue(change, now())) ? markWork() : undefined;
      await inner.commit(place, changes);
      if (changes.some(isRecord)) changed(place);
      await mark;
    },
    drain(what, limit) {
      note(what.container);
      return inner.drain(what, limit);
    },
  }));
  return { store, markWork, writesIn: (container) => writes.get(container) ?? 0 };
}

function isRecord(change: Change): boolean {
  return change.op === 'create' && change.document.kind === recordKind;
}

function isDue(change: Change, time: number): boolean {
  const due = 'document' in change ? change.document.due : 'set' in change ? change.set?.due : undefined;
  // The time of a change may be some milliseconds ahead, so that it is later than the change before it.
  return typeof due === 'number' && due <= time + 1_000;
}

/**
 * Decides if a sweep is due at a full minute: at each one after work was marked in the last ten minutes, and at every
 * fifth one within the hour. Rejects with a StoreError.
 */
export async function isSweepDue(store: DocumentStore, now: number): Promise<boolean> {
  const mark = await store.read(key, 'recent');
  const { at } = (mark?.document ?? { at: 0 }) as WorkMark;
  // Work that is left within this time after a mark has none of its own.
  const seconds = (now - at) / 1_000 - limits.workMarkSeconds;
  if (seconds <= limits.activeSeconds) return true;
  const minute = Math.round(now / 60_000);
  return seconds <= limits.quietSeconds && minute % limits.quietSweepMinutes === 0;
}
