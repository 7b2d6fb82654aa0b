import type { Document, Partition } from '../store/document-store.ts';
import type { EventReason, EventType } from './event-types.ts';

/** The kind of a FeedEntry, in the container `feed`. */
export const entryKind = 'feed-entry';
/** The kind of a FeedHead, in the container `feed`. */
export const headKind = 'feed-head';

/** The partition of the deployment's own feed, which has the events of tenants and outlives them. */
export const deploymentFeed = '_deployment';

/** The end of one feed. It never expires, so that no sequence is used twice. */
export interface FeedHead extends Document {
  /** Changes when the feed no longer continues what was read of it, such as after a restore. */
  readonly generation: string;
  /** The sequence of the last entry. */
  readonly sequence: number;
  /** True after an operator has renewed the feed. Then it does not continue what was read before its first event. */
  readonly isRenewed?: true;
}

/** The facts of an event, in ids only. */
export interface EntryFacts {
  readonly type: EventType;
  readonly reason: EventReason;
  /** The id of the object that the type names. */
  readonly object: string;
  /** The object's revision after the change, or one that it has at least if only members change. */
  readonly revision?: number | undefined;
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** Names of the attributes that changed. */
  readonly changed: readonly string[];
  /** Ids of the members that joined and of those that left. */
  readonly added?: readonly string[] | undefined;
  readonly removed?: readonly string[] | undefined;
  /** The `externalId` of a deleted object. */
  readonly externalId?: string | undefined;
  readonly credential: string;
  readonly requestId: string;
}

/** One event in its feed. Its id follows from the record of its change, so that no change has two. */
export interface FeedEntry extends Document, EntryFacts {
  readonly order: { readonly sequence: string };
}

/** The partition of a feed: of a tenant, or `deploymentFeed`. */
export function feedPartition(feed: string): Partition {
  return { container: 'feed', tenantId: feed };
}

/** A sequence as 20 digits, which sort as the numbers do (CloudEvents extension `sequence`). */
export function sequenceText(sequence: number): string {
  return String(sequence).padStart(20, '0');
}

const recordIdForm = /:([^:]+)$/;

/** The id of the entry of a change, from the id of its record. */
export function entryId(recordId: string): string {
  return `event:${recordIdForm.exec(recordId)?.[1] ?? recordId}`;
}

/** The public id of an event, from that of its entry. */
export function eventId(entry: string): string {
  return `evt_${entry.slice('event:'.length)}`;
}

/** The id of the entry of an event, from its public id. */
export function entryIdOf(event: string): string {
  return `event:${event.slice('evt_'.length)}`;
}
