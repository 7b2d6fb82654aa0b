import type { Document, DocumentKey } from '../../store/document-store.ts';
import { type WebhookRef, workPlaceOf } from './webhook.ts';

/** The kind of a WebhookCursor, in the container `tenants`. */
export const cursorKind = 'webhook-cursor';

/** An event behind which its stream has gone on: it has failed, or waits for one that has. */
export interface HeldEvent {
  readonly sequence: number;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly due: number;
  /** Events of one lane are sent one after the other. */
  readonly lane: string;
}

/** A part of the feed that is sent again: the events behind `sequence`, up to and with `until`. */
export interface Replay {
  readonly id: string;
  readonly generation: string;
  readonly sequence: number;
  readonly until: number;
}

/** The place of an endpoint in one feed, which is all that is stored of the events that wait. */
export interface CursorProgress {
  /** Of the feed, when the place was written; absent before the first event. */
  readonly generation?: string | undefined;
  /** The sequence of the last event that was sent or is held. */
  readonly sequence?: number | undefined;
  /** The time of that event, ISO 8601. */
  readonly at?: string | undefined;
  /** Events up to this sequence that end access were sent before the others. Unordered endpoints only. */
  readonly urgent?: number | undefined;
  readonly held: readonly HeldEvent[];
  readonly replay?: Replay | undefined;
}

/** The stored place, with who works on it. Times are in milliseconds since 1970. */
export interface WebhookCursor extends Document, CursorProgress {
  readonly webhook: string;
  readonly feed: string;
  /** Counts the calls to look for new events. */
  readonly woken: number;
  /** The run that delivers, and the time until which it has said to. */
  readonly lease?: { readonly by: string; readonly until: number } | undefined;
  /** The time since which events wait for an endpoint that fails. */
  readonly waitingSince?: number | undefined;
}

/** The beginning of the ids of an endpoint's cursors. */
export const cursorPrefix = ({ id }: Pick<WebhookRef, 'id'>) => `${cursorKind}:${id}:`;

/** The address of the cursor of an endpoint in a feed. */
export function cursorKey(ref: WebhookRef, feed: string): DocumentKey {
  return { ...workPlaceOf(ref), kind: cursorKind, id: `${cursorPrefix(ref)}${feed}` };
}

/** The cursor of an endpoint that has sent nothing of a feed yet. */
export function newCursor(ref: WebhookRef, feed: string): WebhookCursor {
  const { tenantId, kind, id } = cursorKey(ref, feed);
  return { tenantId, kind, id, webhook: ref.id, feed, woken: 0, held: [] };
}

/** The first held event of each lane; the others wait for it. */
export function firstOfLanes(held: readonly HeldEvent[]): readonly HeldEvent[] {
  const first = new Map<string, HeldEvent>();
  for (const one of held) {
    const known = first.get(one.lane);
    if (!known || one.sequence < known.sequence) first.set(one.lane, one);
  }
  return [...first.values()];
}

/** The time from which the next of the held events is sent again; `undefined` if none is held. */
export function dueOf({ held }: CursorProgress): number | undefined {
  const times = firstOfLanes(held).map(({ due }) => due);
  return times.length > 0 ? Math.min(...times) : undefined;
}
