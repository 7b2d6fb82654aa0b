import { hash } from 'node:crypto';
import type { CompValue } from '../../scim/filter/ast.ts';
import type { Path } from '../../scim/filter/condition.ts';
import { isIdentifier, requireIdentifier } from '../change-rules.ts';
import type { Container, Document, DocumentKey, Partition } from '../document-store.ts';
import { indexedPaths, orderedTimes, orderRank } from '../indexes.ts';

/** All documents of one kind in one partition. */
export interface KeySpace extends Partition {
  readonly kind: string;
}

/** The prefix of the keys of a partition's documents. Throws an Error if the tenant's id is not an identifier. */
export function partitionPrefix({ container, tenantId }: Partition): string {
  requireIdentifier(tenantId, "a tenant's id");
  return `${container}/${tenantId}/`;
}

/** The prefix of the keys of a kind's documents. Throws an Error if the tenant or kind is not an identifier. */
export function kindPrefix(space: KeySpace): string {
  const prefix = partitionPrefix(space);
  requireIdentifier(space.kind, 'a kind');
  return `${prefix}${space.kind}/`;
}

/** The address of the document with this key. */
export function targetOf(key: string): DocumentKey {
  const [container, tenantId = '', kind = '', id = ''] = key.split('/');
  return { container: container as Container, tenantId, kind, id };
}

/** The key of a document. Throws an Error if its id is not an identifier. */
export function documentKey(key: DocumentKey): string {
  requireIdentifier(key.id, 'an id');
  return kindPrefix(key) + key.id;
}

/** The prefix of the keys of documents with a value at a path. Values are hashed, because they may be long. */
export function equalityPrefix(space: KeySpace, path: Path, value: CompValue): string {
  const digest = hash('sha256', JSON.stringify([path, value]), 'base64url');
  return `${kindPrefix(space)}${digest}/`;
}

/** The keys of a document in the equality indexes of its kind. */
function equalityKeys(container: Container, document: Document): ReadonlySet<string> {
  const space = { container, tenantId: document.tenantId, kind: document.kind };
  const keys = indexedPaths(document.kind).flatMap((path) =>
    valuesAt(document, path).map((value) => equalityPrefix(space, path, value) + document.id),
  );
  return new Set(keys);
}

/** The key of a document in the index of due documents, which sorts by time. Empty if it has no `due`. */
function dueKeys(container: Container, { kind, due, tenantId, id }: Document): ReadonlySet<string> {
  return new Set(
    due === undefined ? [] : [`${duePrefix(container, kind)}${sortable(due)}/${tenantId}/${id}`],
  );
}

/** The range of keys of a kind that are due at or before a time in milliseconds since 1970. */
export function dueRange(container: Container, kind: string, before: number): { start: string; end: string } {
  const prefix = duePrefix(container, kind);
  const last = Math.min(Math.floor(before), Number.MAX_SAFE_INTEGER - 1);
  return { start: prefix, end: prefix + sortable(Math.max(last + 1, 0)) };
}

/** The address of the document that a key in the index of due documents names. */
export function dueTarget(key: string): DocumentKey {
  const [container, kind = '', , tenantId = '', id = ''] = key.split('/');
  return { container: container as Container, kind, tenantId, id };
}

/** The time in a key of the index of due documents, in milliseconds since 1970. */
export function dueTime(key: string): number {
  return Number(key.split('/')[2]);
}

/** The key of a document in the index of expiries, which sorts by time. Empty if it has no `expires`. */
function expiryKeys(container: Container, { expires, tenantId, kind, id }: Document): ReadonlySet<string> {
  return new Set(
    expires === undefined ? [] : [`${sortable(expires)}/${documentKey({ container, tenantId, kind, id })}`],
  );
}

/** The range of keys of documents that expired before a time in milliseconds since 1970. */
export function expiryRange(before: number): { end: string } {
  return { end: sortable(Math.max(Math.floor(before), 0)) };
}

/** The address of the document that a key in the index of expiries names. */
export function expiryTarget(key: string): DocumentKey {
  return targetOf(key.slice(key.indexOf('/') + 1));
}

/**
 * Appends a path to the prefix of a kind, for the keys of one order. Throws an Error for a path whose keys would be
 * outside that range.
 */
export function orderPrefix(prefix: string, path: Path): string {
  const name = path.join('.');
  if (!isIdentifier(name)) throw new Error(`Not a path to sort by: ${JSON.stringify(path)}`);
  return `${prefix}${name}/`;
}

/** The keys of a document in the indexes of its orders. Empty if it has no `order`. */
function orderKeys(container: Container, document: Document): ReadonlySet<string> {
  const { tenantId, kind, id, order } = document;
  if (!order) return new Set();
  const prefix = kindPrefix({ container, tenantId, kind });
  const paths = [...Object.keys(order).map((name) => ['order', name]), ...orderedTimes];
  return new Set(
    paths.map((path) => `${orderPrefix(prefix, path)}${orderRank(orderedText(document, path))}/${id}`),
  );
}

/** The text of a document at the path of an order; `null` if it has none. */
export function orderedText({ order, ...document }: Document, [first = '', name]: Path): string | null {
  const text = name === undefined ? document[first] : order && Object.hasOwn(order, name) && order[name];
  return typeof text === 'string' ? text : null;
}

function duePrefix(container: Container, kind: string): string {
  requireIdentifier(kind, 'a kind');
  return `${container}/${kind}/`;
}

const sortable = (time: number) => String(time).padStart(16, '0');

function valuesAt(value: unknown, path: Path): readonly CompValue[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return isIndexable(value) ? [value] : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return valuesAt((value as Readonly<Record<string, unknown>>)[name], rest);
}

function isIndexable(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The keys of a document in each index, by the name of the index. Indexes can be rebuilt from documents. */
export const indexKeys = {
  equality: equalityKeys,
  due: dueKeys,
  expiry: expiryKeys,
  order: orderKeys,
} as const;
