import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from 'lmdb';
import { expect, test } from 'vitest';
import type { DocumentStore } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';

import { create, keyIn } from '../contract/open-store.ts';
import { ownFolder } from './own-folder.ts';

const partition = { container: 'users', tenantId: 'old' } as const;
const named = { kind: 'compare', path: ['search', 'externalId'], op: 'eq', value: 'x' } as const;
const order = { path: ['order', 'displayName'], descending: true } as const;
const ids = ['a', 'b', 'c'];

/** Lays out a folder as version 0.2.0 does: numbers as versions, hashes in keys, all orders, and no format. */
async function oldFolder(): Promise<string> {
  const path = ownFolder();
  const root = open({ path, noSubdir: false, overlappingSync: false });
  const table = (name: string) => root.openDB<string, string>(name, { encoding: 'string' });
  for (const id of ids) {
    const document = { id, tenantId: 'old', kind: 'user', due: 5, search: { externalId: 'x' } };
    const text = JSON.stringify([7, { ...document, created: '2026', order: { displayName: `name ${id}` } }]);
    await table('documents').put(`users/old/user/${id}`, text);
    await table('equality').put(`users/old/user/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b/${id}`, '');
    await table('due').put(`users/user/0000000000000005/old/${id}`, '');
    await table('order').put(
      `users/old/user/order.displayName/0${Buffer.from(id).toString('hex')}/${id}`,
      '',
    );
  }
  await table('due').put('users/user/0000000000000001/old/gone', '');
  await table('expiry').put('0000000000000001/users/old/user/gone', '');
  await table('state').put('version', '7');
  await table('state').put('indexes', '[[["member",[["group"],["user"]]]],"expiry"]');
  await root.close();
  return path;
}

async function expectWhole(store: DocumentStore): Promise<void> {
  const query = { ...partition, kind: 'user', limit: 10 };
  const idsOf = async (rest: object) =>
    (await store.query({ ...query, ...rest })).documents.map(({ document }) => document.id);
  expect(await idsOf({ where: named })).toEqual(ids);
  expect(await idsOf({ order })).toEqual(ids.toReversed());
  expect(await store.due('users', ['user'], { before: 9, limit: 9 })).toHaveLength(ids.length);
  await store.sweep({ before: 9, limit: 9 });
  expect(await store.count({ ...partition, kind: 'user' })).toBe(ids.length);
}

test('a folder of version 0.2.0 gets new indexes once, tells its progress, and keeps its documents', async () => {
  const path = await oldFolder();
  const told: string[] = [];
  const onRebuild = (done: number, total: number) => told.push(`${done} of ${total}`);
  const store = openEmbeddedStore({ path, onRebuild });
  expect(told).toEqual(['0 of 3', '3 of 3']);
  await expectWhole(store);

  const found = await store.read(keyIn(partition, 'a'));
  expect(found?.version).toBe('7');
  const document = { ...found?.document, id: 'a', tenantId: 'old', kind: 'user', due: 6 };
  await store.commit(partition, [{ op: 'replace', document, ifVersion: '7' }]);
  await store.close();

  const reopened = openEmbeddedStore({ path, onRebuild });
  expect(told).toHaveLength(2);
  await expectWhole(reopened);
  await reopened.close();
});

test('a process that is killed amid the new indexes leaves a folder that the next start completes', async () => {
  const path = await oldFolder();
  const script = fileURLToPath(new URL('killed-rebuild.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: 'inherit' });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');

  const told: number[] = [];
  const store = openEmbeddedStore({ path, onRebuild: (done) => told.push(done) });
  expect(told).toEqual([0, 3]);
  await expectWhole(store);
  await store.close();
});

test('a folder of a later version is refused, and stays as it is', async () => {
  const path = ownFolder();
  const store = openEmbeddedStore({ path });
  await store.commit(partition, [create(partition, 'a', { search: { externalId: 'x' } })]);
  await store.close();
  const setFormat = async (format: string, indexes?: string) => {
    const root = open({ path, noSubdir: false, overlappingSync: false });
    const state = root.openDB<string, string>('state', { encoding: 'string' });
    const before = { format: state.get('format'), indexes: state.get('indexes') };
    await state.put('format', format);
    if (indexes) await state.put('indexes', indexes);
    await root.close();
    return before;
  };
  const { format = '', indexes = '' } = await setFormat('3', 'of a later version');

  const message = `"${path}": a later version of Muster has written it (format 3, and this version knows 2): start`;
  expect(() => openEmbeddedStore({ path })).toThrow(
    expect.objectContaining({
      kind: 'unavailable',
      cause: expect.objectContaining({ message: expect.stringContaining(message) }),
    }),
  );
  expect(await setFormat(format, indexes)).toEqual({ format: '3', indexes: 'of a later version' });
  const reopened = openEmbeddedStore({ path });
  expect(await reopened.count({ ...partition, kind: 'user', where: named })).toBe(1);
  await reopened.close();
});

test('no version is used twice, also by two openings at once', async () => {
  const path = join(ownFolder(), 'data');
  const stores = [openEmbeddedStore({ path }), openEmbeddedStore({ path })];
  const versions = new Set<string | undefined>();
  for (const [n, store] of [...stores, ...stores].entries()) {
    await store.commit(partition, [create(partition, `id-${n}`)]);
    versions.add((await store.read(keyIn(partition, `id-${n}`)))?.version);
  }
  expect(versions.size).toBe(4);
  await Promise.all(stores.map((store) => store.close()));
});
