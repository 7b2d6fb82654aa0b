import type { Path } from '../scim/filter/condition.ts';
import type { Container, Document } from './document-store.ts';
import { isIdentifier, sourcePrefix } from './index-entries.ts';
import { orderedTimes } from './indexes.ts';

/** The beginning of the keys of one order behind that of its source; throws on a path that would leave its range. */
export function orderPrefix(prefix: string, path: Path): string {
  const name = path.join('.');
  if (!isIdentifier(name)) throw new Error(`Not a path to order by: ${JSON.stringify(path)}`);
  return `${prefix}${name}/`;
}

/** A part of a key that sorts as the texts do by code points; those without a text come last. */
export function orderRank(text: string | null): string {
  return text === null ? '1' : `0${Buffer.from(text).toString('hex')}`;
}

/** The keys of a document in the indexes of its orders, none where it has no orders. */
export function orderKeys(container: Container, document: Document): ReadonlySet<string> {
  const { tenantId, kind, id, order } = document;
  if (!order) return new Set();
  const source = sourcePrefix({ container, tenantId, kind });
  const paths = [...Object.keys(order).map((name) => ['order', name]), ...orderedTimes];
  return new Set(
    paths.map((path) => `${orderPrefix(source, path)}${orderRank(orderedText(document, path))}/${id}`),
  );
}

/** The text at the path of an order. */
export function orderedText({ order, ...document }: Document, [first = '', name]: Path): string | null {
  const text = name === undefined ? document[first] : order && Object.hasOwn(order, name) && order[name];
  return typeof text === 'string' ? text : null;
}
