import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, expect, test } from 'vitest';
import type { Change, DocumentStore } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';

const partition = { container: 'feed', tenantId: 't' } as const;
const path = mkdtempSync(join(tmpdir(), 'muster-follow-'));
afterEach(() => rmSync(path, { recursive: true, force: true }));

const create = (id: string): Change => ({
  op: 'create',
  document: { id, tenantId: 't', kind: 'feed-entry' },
});

async function idsAfter(store: DocumentStore, cursor: string): Promise<readonly string[] | undefined> {
  const page = await store.follow('feed', { cursor }, 10);
  return page?.documents.map(({ document }) => document.id);
}

test('a cursor is good after the indexes are built again, and not on a folder that lacks its commit', async () => {
  let store = openEmbeddedStore({ path });
  for (const id of ['c', 'a', 'b', 'gone']) await store.commit(partition, [create(id)]);
  const page = await store.follow('feed', 'beginning', 1);
  await store.commit(partition, [{ op: 'delete', kind: 'feed-entry', id: 'gone' }]);
  const cursor = page?.next ?? '';
  expect(await idsAfter(store, cursor)).toEqual(['a', 'b']);
  await store.close();
  const raw = open({ path, noSubdir: false, overlappingSync: false });
  await raw.openDB('commits', { encoding: 'string' }).put('f0000000000000001/t/feed-entry/other', '');
  await raw.openDB('state', { encoding: 'string' }).put('indexes', 'of another version');
  await raw.close();
  store = openEmbeddedStore({ path });
  expect(await idsAfter(store, cursor)).toEqual(['a', 'b']);
  const end = await store.follow('feed', 'now', 1);
  await store.commit(partition, [create('d')]);
  expect(await idsAfter(store, end?.next ?? '')).toEqual(['d']);
  expect(await idsAfter(store, String(Number(end?.next) + 2))).toBeUndefined();
  await store.close();
});
