import type { RecordDocument } from '../store/change-document.ts';
import { deploymentFeed, type EntryFacts, entryId } from './entries.ts';
import { eventTypeOf, reasonOf } from './event-types.ts';

/** An entry without its place in the feed. */
export interface Draft extends EntryFacts {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** The entries of recorded changes, in their order. They expire at a time in milliseconds since 1970. */
export function draftsOf(records: readonly RecordDocument[], expires: number): readonly Draft[] {
  return records.flatMap((record) => draftOf(record, expires) ?? []);
}

/** The feeds in which recorded changes of a tenant are entered. */
export function feedsOf(tenantId: string, records: readonly RecordDocument[]): ReadonlySet<string> {
  const told = records.filter((record) => eventTypeOf(record) !== undefined);
  return new Set(told.map(({ resourceType }) => (resourceType === 'Tenant' ? deploymentFeed : tenantId)));
}

/** Records in the order of their times, except that those of an object take their places by its revisions. */
export function inOrder(records: readonly RecordDocument[]): readonly RecordDocument[] {
  const ordered = records.toSorted((a, b) => compare(a.at, b.at) || compare(a.id, b.id));
  const places = new Map<string, number[]>();
  for (const [place, { resourceType, resource, event }] of ordered.entries()) {
    if (event?.revision === undefined) continue;
    const object = `${resourceType} ${resource}`;
    const known = places.get(object);
    if (known) known.push(place);
    else places.set(object, [place]);
  }
  const placed = [...ordered];
  for (const own of places.values()) {
    const byRevision = own
      .flatMap((place) => ordered[place] ?? [])
      .toSorted((a, b) => (a.event?.revision ?? 0) - (b.event?.revision ?? 0));
    for (const [index, record] of byRevision.entries()) placed[own[index] ?? 0] = record;
  }
  return placed;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The types of events that tell another state of an account, which the trail tells by the operation alone. */
const stateTypes = /^account\.(invited|activated|disabled|enabled|held|removed)$/;

function draftOf(record: RecordDocument, expires: number): Draft | undefined {
  const type = eventTypeOf(record);
  if (!type) return undefined;
  const { id, at, resource = '', attributes, credential, requestId, event = {} } = record;
  const { revision, added, removed, externalId } = event;
  const changed = stateTypes.test(type) ? ['state', ...attributes] : attributes;
  const facts = { reason: reasonOf(record, type), object: resource, revision, at, changed };
  return { id: entryId(id), type, ...facts, added, removed, externalId, credential, requestId, expires };
}
