import type { JSONObject } from '@azure/cosmos';
import type { Document, Stored } from '../document-store.ts';
import { orderRank } from '../indexes.ts';
import { sortKeyOf } from './containers.ts';

/** Properties that Cosmos DB or this engine adds to a document, such as the ranks to sort by and the write mark. */
const ownProperties: ReadonlySet<string> = new Set([
  '_rid',
  '_self',
  '_etag',
  '_attachments',
  '_ts',
  'sortKeys',
  'ttl',
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

/** The mark of a write, and its time in milliseconds since 1970. */
export interface Stamp {
  readonly mark: string;
  readonly now: number;
}

/** Converts a document to an item. Its `ttl` is in seconds from the write, as Cosmos DB counts it. */
export function toItem(document: Document, { mark, now }: Stamp): JSONObject {
  const { order, expires } = document;
  return {
    ...document,
    writeMark: mark,
    sortKeys: order && sortKeys(order),
    ttl: expires === undefined ? undefined : Math.max(1, Math.ceil((expires - now) / 1_000)),
  } as unknown as JSONObject;
}

function sortKeys(order: NonNullable<Document['order']>): Readonly<Record<string, unknown>> {
  const ranks = Object.entries(order).map(
    ([name, text]) => [sortKeyOf(['order', name])[1], orderRank(text)] as const,
  );
  return Object.fromEntries(ranks);
}

/** Converts an item to its document, with its version. */
export function toStored(item: Item): Stored {
  const entries = Object.entries(item).filter(([name]) => !ownProperties.has(name));
  return { document: Object.fromEntries(entries) as Document, version: item._etag };
}
