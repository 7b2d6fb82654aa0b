import type { Path } from '../scim/filter/condition.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { commonAttributes } from '../scim/schema/common.ts';
import { bindSort, type SortKey, type SortValue, sortValue } from '../scim/sort.ts';
import type { Document } from '../store/document-store.ts';
import { orderNames } from '../store/indexes.ts';
import { kindOf } from './scope.ts';

/** What stands at the top of a document. */
const topPaths: ReadonlyMap<string, Path> = new Map([
  ['id', ['id']],
  ['meta.created', ['created']],
  ['meta.lastModified', ['lastModified']],
]);

const keysOfTypes = new WeakMap<ResourceType, readonly SortKey[]>();

/** The attributes whose order the documents of a type hold, as far as the type has them. */
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

/** Where the store finds the text of an order; `undefined` when only memory can sort so. */
export function orderPath(type: ResourceType, { name }: SortKey): Path | undefined {
  const isIndexed = indexedKeys(type).some((key) => key.name === name);
  return topPaths.get(name) ?? (isIndexed ? ['order', name] : undefined);
}

/** The texts that a document of the type can be ordered by, null where it has none. */
export function orderOf(search: JsonObject, type: ResourceType): Readonly<Record<string, string | null>> {
  return Object.fromEntries(indexedKeys(type).map((key) => [key.name, asText(sortValue(search, key))]));
}

/** A value as the store orders it. */
export function asText(value: SortValue): string | null {
  return typeof value === 'string' ? value : null;
}

/** The value by which a document is sorted. */
export function sortedBy(document: Document & { readonly search: JsonObject }, key: SortKey): SortValue {
  const [top] = topPaths.get(key.name) ?? [];
  if (top === undefined) return sortValue(document.search, key);
  const value = document[top];
  return typeof value === 'string' ? value : undefined;
}
