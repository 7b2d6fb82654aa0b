import type { Container, Partition } from '../document-store.ts';
import { commitKeys, removeCommit } from './follow.ts';
import { indexKeysOf, indexNames, noKeys, orderKeys } from './index-entries.ts';
import { keptOrders } from './orders.ts';
import type { Write } from './stage-changes.ts';
import type { Tables } from './tables.ts';

/** The keys that a write removes from an index and puts into it. */
interface EntryChange {
  readonly index: (typeof indexNames)[number] | 'order' | 'commits';
  readonly removed: readonly string[];
  readonly put: readonly string[];
}

/**
 * Compares the keys of a document before and after a write, in every index that the tenant has. `version` is that of
 * the document after it.
 */
export function changedEntries(
  tables: Tables,
  { container, tenantId, version }: Partition & { readonly version: string },
  { kind, id, before, after }: Write,
): readonly EntryChange[] {
  const old = before ? indexKeysOf(container, before.document) : noKeys;
  const current = after?.keys ?? noKeys;
  const changes: EntryChange[] = indexNames.map((index) => ({
    index,
    removed: without(old[index], current[index]),
    put: without(current[index], old[index]),
  }));
  const key = { container, tenantId, kind, id };
  changes.push({
    index: 'commits',
    removed: before ? commitKeys(key, before.version) : [],
    put: after ? commitKeys(key, version) : [],
  });
  if (!after?.hasOrder && before?.document.order === undefined) return changes;
  const paths = keptOrders(tables, { container, tenantId, kind });
  if (paths.length === 0) return changes;
  const ordered = before ? orderKeys(container, before.document, paths) : [];
  const next = after ? orderKeys(container, after.document, paths) : [];
  return [...changes, { index: 'order', removed: without(ordered, next), put: without(next, ordered) }];
}

/** Writes the entries of one document. */
export function writeEntries(tables: Tables, container: Container, changes: readonly EntryChange[]): void {
  for (const { index, removed, put } of changes) {
    for (const key of removed) {
      if (index === 'commits') removeCommit(tables, container, key);
      else tables[index].removeSync(key);
    }
    for (const key of put) tables[index].putSync(key, '');
  }
}

function without(keys: readonly string[], others: readonly string[]): readonly string[] {
  if (keys.length === 0 || others.length === 0) return keys;
  const known = new Set(others);
  return keys.filter((key) => !known.has(key));
}
