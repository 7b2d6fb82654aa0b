import type { JSONObject } from '@azure/cosmos';
import { sortKeyOf } from './cosmos-containers.ts';
import type { Document, Stored } from './document-store.ts';
import { orderRank } from './order-entries.ts';

/** What Cosmos DB adds to a document, and what this engine does: the ranks it sorts by and the mark of its write. */
const ownProperties: ReadonlySet<string> = new Set([
  '_rid',
  '_self',
  '_etag',
  '_attachments',
  '_ts',
  'sortKeys',
  'writeMark',
]);

/** A document as Cosmos DB returns it. */
export interface Item {
  readonly id: string;
  readonly kind: string;
  readonly _etag: string;
  readonly writeMark?: string;
  readonly [property: string]: unknown;
}

/** A document as it is stored. */
export function toItem(document: Document, writeMark: string): JSONObject {
  const { order } = document;
  if (!order) return { ...document, writeMark } as unknown as JSONObject;
  const ranks = Object.entries(order).map(
    ([name, text]) => [sortKeyOf(['order', name])[1], orderRank(text)] as const,
  );
  return { ...document, writeMark, sortKeys: Object.fromEntries(ranks) } as unknown as JSONObject;
}

/** The document of an item, with its version. */
export function toStored(item: Item): Stored {
  const entries = Object.entries(item).filter(([name]) => !ownProperties.has(name));
  return { document: Object.fromEntries(entries) as Document, version: item._etag };
}
