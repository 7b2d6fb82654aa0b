import type { Path } from '../scim/filter/condition.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { commonAttributes } from '../scim/schema/common.ts';
import { bindSort, type SortKey, type SortValue, sortValue } from '../scim/sort.ts';
import type { Document } from '../store/document-store.ts';
import { orderNames } from '../store/indexes.ts';
import { kindOf } from './scope.ts';

/** Attributes that are top-level properties of a document. */
const topPaths: ReadonlyMap<string, Path> = new Map([
  ['id', ['id']],
  ['meta.created', ['created']],
  ['meta.lastModified', ['lastModified']],
]);

const keysOfTypes = new WeakMap<ResourceType, readonly SortKey[]>();

/** The attributes by which the store can sort documents of a type. */
export function indexedKeys(type: ResourceType): readonly SortKey[] {
  let keys = keysOfTypes.get(type);
  if (!keys) {
    const own = new Set([...commonAttributes, ...type.schema.attributes].map(({ name }) => name));
    const names = orderNames(kindOf(type)).filter((name) => own.has(name.split('.', 1)[0] ?? ''));
    keys = names.flatMap((name) => bindSort(name, [type]).filter((key) => key !== undefined));
    keysOfTypes.set(type, keys);
  }
  return keys;
}

/** The path of the text by which the store sorts; `undefined` if only memory can sort by this key. */
export function orderPath(type: ResourceType, { name }: SortKey): Path | undefined {
  const isIndexed = indexedKeys(type).some((key) => key.name === name);
  return topPaths.get(name) ?? (isIndexed ? ['order', name] : undefined);
}

/** The texts by which the store can sort a document, by attribute name; null if it has no text there. */
export function orderOf(search: JsonObject, type: ResourceType): Readonly<Record<string, string | null>> {
  return Object.fromEntries(indexedKeys(type).map((key) => [key.name, asText(sortValue(search, key))]));
}

/** A value as the store sorts it: a text, or null. */
export function asText(value: SortValue): string | null {
  return typeof value === 'string' ? value : null;
}

/** The value of a document by which a sort key sorts it. */
export function sortedBy(document: Document & { readonly search: JsonObject }, key: SortKey): SortValue {
  const [top] = topPaths.get(key.name) ?? [];
  if (top === undefined) return sortValue(document.search, key);
  const value = document[top];
  return typeof value === 'string' ? value : undefined;
}
