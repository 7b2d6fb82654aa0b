import { feedLimits } from '../base/feed-limits.ts';
import { eventId, type FeedEntry } from './entries.ts';
import type { EventReason, EventType } from './event-types.ts';
import { type CurrentState, type EventObject, type EventUser, kindOf } from './objects.ts';

/** The data of an event: what changed, and the object as it is now. */
interface EventData {
  /** `null` if the object is gone; absent if it is too large, then `objectUrl` has its address. */
  readonly object?: EventObject | null;
  readonly objectUrl?: string;
  readonly truncated?: true;
  /** Names of the attributes that changed. */
  readonly changed: readonly string[];
  readonly reason: EventReason;
  /** The object's revision after the change; absent where a delta has none. */
  readonly revision?: number | undefined;
  /** Of a user or an account only; `null` if the user is gone. */
  readonly user?: EventUser | null | undefined;
  /** Ids of the members that joined and of those that left. */
  readonly added?: readonly string[] | undefined;
  readonly removed?: readonly string[] | undefined;
  /** The `externalId` that a deleted object had. */
  readonly externalId?: string | undefined;
  readonly requestId: string;
  readonly credential: string;
}

/** An event: structured CloudEvents 1.0, and a payload of Standard Webhooks. */
export interface FeedEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: EventType;
  readonly subject: string;
  /** ISO 8601 UTC with milliseconds, like `timestamp`, which Standard Webhooks names so. */
  readonly time: string;
  readonly timestamp: string;
  readonly sequence: string;
  readonly datacontenttype: 'application/json';
  readonly data: EventData;
}

/** The addresses of a tenant: the `source` of its events, and the one below which the product reads its objects. */
export interface Addresses {
  readonly source: string;
  readonly api: string;
}

/** Writes an entry as the event that the product reads. */
export function toEvent(entry: FeedEntry, { source, api }: Addresses, state: CurrentState): FeedEvent {
  const { id, type, object, at, order, changed, reason, revision, added, removed, externalId } = entry;
  const subject = `${kindOf(entry)}s/${object}`;
  const { requestId, credential } = entry;
  const data: EventData = {
    object: state.objectOf(entry),
    ...{ changed, reason, revision, user: state.userOf(entry), added, removed, externalId },
    ...{ requestId, credential },
  };
  const event: FeedEvent = {
    ...{ specversion: '1.0', id: eventId(id), source, type, subject, time: at, timestamp: at },
    ...{ sequence: order.sequence, datacontenttype: 'application/json', data },
  };
  return sizeOf(event) > feedLimits.eventBytesMax ? shortened(event, api) : event;
}

/** The size of an event's JSON in bytes. */
export function sizeOf(event: FeedEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}

function shortened(event: FeedEvent, api: string): FeedEvent {
  const { object: _, ...data } = event.data;
  return { ...event, data: { ...data, objectUrl: `${api}/${event.subject}`, truncated: true } };
}
