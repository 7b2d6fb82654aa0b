import type { ResourceType } from '../../scim/schema/attribute.ts';
import { withoutCase } from '../../scim/schema/search-form.ts';
import type { Order, Query } from '../../store/document-store.ts';
import { wholeOf } from '../read-whole.ts';
import { documentPath, type ResourceDocument } from '../resource-document.ts';
import { type DirectoryScope, kindOf, partitionOf } from '../scope.ts';
import type { Position } from './page-marks.ts';

/** A page of a list: of all resources of a type, or of those that one property selects, which an index finds. */
export interface ListQuery {
  /** The beginning, in any case, of the value of an attribute to sort by, such as `name.familyName`. */
  readonly startsWith?: { readonly attribute: string; readonly text: string };
  readonly externalId?: string;
  /** ISO 8601 UTC with milliseconds. Selects what has changed then or later, the earliest first. */
  readonly changedSince?: string;
  readonly after?: Position;
  readonly limit: number;
}

/** Resources in the order of what they are selected by, or else of their creation. */
interface ResourceList {
  readonly documents: readonly ResourceDocument[];
  /** The beginning of the next page; absent on the last page. */
  readonly next?: Position;
}

/** Lists resources of a type with one query, which examines little more than the page. */
export async function listResources(
  scope: DirectoryScope,
  type: ResourceType,
  { after, limit, ...selection }: ListQuery,
): Promise<ResourceList> {
  const order = orderOf(selection);
  const { externalId } = selection;
  const page = await scope.store.query({
    ...partitionOf(scope, type),
    kind: kindOf(type),
    where: externalId === undefined ? undefined : equal(externalId),
    ...(order ? { order: { ...order, after: placeOf(after) ?? order.after } } : { after: after?.id }),
    limit,
  });
  const last = page.more ? (page.documents.at(-1)?.document as ResourceDocument) : undefined;
  return {
    documents: await wholeOf(scope, type, page.documents),
    next: last && { id: last.id, value: order && textIn(last, order) },
  };
}

function equal(externalId: string): Query['where'] {
  return { kind: 'compare', path: documentPath(['externalId']), op: 'eq', value: externalId };
}

function orderOf({
  startsWith,
  changedSince,
}: Pick<ListQuery, 'startsWith' | 'changedSince'>): Order | undefined {
  if (startsWith) {
    const { attribute, text } = startsWith;
    return { path: ['order', attribute], descending: false, startsWith: withoutCase(text) };
  }
  // Ids come after the empty text, so that a resource which changed at this time is one of them.
  const first = changedSince === undefined ? undefined : { text: changedSince, id: '' };
  return first && { path: ['lastModified'], descending: false, after: first };
}

function placeOf(after: Position | undefined): Order['after'] {
  return after && { text: typeof after.value === 'string' ? after.value : null, id: after.id };
}

function textIn({ order, lastModified }: ResourceDocument, { path: [, name] }: Order): string | undefined {
  return name === undefined ? lastModified : (order[name] ?? undefined);
}
