import { hash } from 'node:crypto';
import type { CompValue } from '../../scim/filter/ast.ts';
import type { Path } from '../../scim/filter/condition.ts';
import { isIdentifier, requireIdentifier } from '../change-rules.ts';
import { samePath } from '../choose-index.ts';
import type { Container, Document, DocumentKey, Partition } from '../document-store.ts';
import { indexedPaths, isUsual, orderRank } from '../indexes.ts';

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

/** A letter for each container. Keys of indexes are short, so that a commit changes few pages. */
const letters: Readonly<Record<Container, string>> = {
  users: 'u',
  groups: 'g',
  tokens: 'k',
  tenants: 't',
  audit: 'a',
  feed: 'f',
};

/** The letter of a container, with which keys of indexes begin. */
export function containerLetter(container: Container): string {
  return letters[container];
}

/** The prefix of the index keys of a partition. Throws an Error if the tenant's id is not an identifier. */
export function indexPartition({ container, tenantId }: Partition): string {
  requireIdentifier(tenantId, "a tenant's id");
  return `${letters[container]}${shortened(tenantId) ?? tenantId}/`;
}

/** The prefix of the index keys of a kind. Throws an Error if the tenant or kind is not an identifier. */
export function indexPrefix(space: KeySpace): string {
  requireIdentifier(space.kind, 'a kind');
  return `${indexPartition(space)}${space.kind}/`;
}

/** The prefix of the keys of documents with a value at a path. Throws an Error if no index has the path. */
export function equalityPrefix(space: KeySpace, path: Path, value: CompValue): string {
  const place = indexedPaths(space.kind).findIndex((indexed) => samePath(indexed, path));
  if (place < 0) throw new Error(`No index of ${space.kind} has ${JSON.stringify(path)}`);
  return `${indexPrefix(space)}${placed(place, value)}`;
}

/**
 * The part of a key for a value at the path with this place among those of a kind. The last path is the first in the
 * index. So the newest records by `resource` lie beside the newest by `operation`, on one page for a commit to change.
 */
function placed(place: number, value: CompValue): string {
  return `${(pathsMax - place).toString(36)}${valuePart(value)}/`;
}

/** The number of indexed paths that a kind may have. */
const pathsMax = 9;

/** A text of at most the characters of a hash, without the `/` that stands behind a value. */
const plain = /^[ -.0-~]{0,43}$/;

/** A value in a key. Its first character tells texts from other values, and those from hashes. */
function valuePart(value: CompValue): string {
  if (typeof value !== 'string') return `j${JSON.stringify(value)}`;
  const short = shortened(value);
  if (short !== undefined) return short;
  return plain.test(value) ? `t${value}` : `#${hash('sha256', JSON.stringify(value), 'base64url')}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID in 26 characters, which sort as UUIDs do. No identifier has the first one. `undefined` for other texts. */
function shortened(text: string): string | undefined {
  if (text.length !== 36 || !uuid.test(text)) return undefined;
  return `=${BigInt(`0x${text.replaceAll('-', '')}`)
    .toString(36)
    .padStart(25, '0')}`;
}

/** The keys of a document in the equality indexes of its kind. */
function equalityKeys(container: Container, document: Document): readonly string[] {
  const { tenantId, kind, id } = document;
  const parts = indexedPaths(kind).flatMap((path, place) =>
    valuesAt(document, path)
      .filter((value) => !isUsual(kind, path, value))
      .map((value) => placed(place, value)),
  );
  if (parts.length === 0) return [];
  const prefix = indexPrefix({ container, tenantId, kind });
  return [...new Set(parts)].map((part) => prefix + part + id);
}

/** The key of a document in the index of due documents, which sorts by time. Empty if it has no `due`. */
function dueKeys(container: Container, { kind, due, tenantId, id }: Document): readonly string[] {
  return due === undefined ? [] : [`${duePrefix(container, kind)}${sortable(due)}/${tenantId}/${id}`];
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
function expiryKeys(container: Container, { expires, tenantId, kind, id }: Document): readonly string[] {
  return expires === undefined
    ? []
    : [`${sortable(expires)}/${documentKey({ container, tenantId, kind, id })}`];
}

/** The range of keys of documents that expired before a time in milliseconds since 1970. */
export function expiryRange(before: number): { end: string } {
  return { end: sortable(Math.max(Math.floor(before), 0)) };
}

/** The address of the document that a key in the index of expiries names. */
export function expiryTarget(key: string): DocumentKey {
  return targetOf(key.slice(key.indexOf('/') + 1));
}

/** The prefix of the keys of one order. Throws an Error for a path whose keys would be outside the kind's range. */
export function orderPrefix(space: KeySpace, path: Path): string {
  const name = path.join('.');
  if (!isIdentifier(name)) throw new Error(`Not a path to sort by: ${JSON.stringify(path)}`);
  return `${indexPrefix(space)}${name}/`;
}

/** The keys of a document in the indexes of some orders. Empty if it has no `order`. */
export function orderKeys(
  container: Container,
  document: Document,
  paths: readonly Path[],
): readonly string[] {
  const { tenantId, kind, id, order } = document;
  if (!order) return [];
  return paths.map(
    (path) =>
      `${orderPrefix({ container, tenantId, kind }, path)}${orderRank(orderedText(document, path))}/${id}`,
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

/** Rejects numbers that are null in JSON too. */
function isIndexable(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || Number.isFinite(value) || typeof value === 'boolean';
}

/** The keys of a document in the indexes that every tenant has. */
export interface IndexKeys {
  readonly equality: readonly string[];
  readonly due: readonly string[];
  readonly expiry: readonly string[];
}

/** The names of the indexes that every tenant has. */
export const indexNames = ['equality', 'due', 'expiry'] as const;
export const noKeys: IndexKeys = { equality: [], due: [], expiry: [] };

/** The keys of a document in the indexes that every tenant has. */
export function indexKeysOf(container: Container, document: Document): IndexKeys {
  return {
    equality: equalityKeys(container, document),
    due: dueKeys(container, document),
    expiry: expiryKeys(container, document),
  };
}
