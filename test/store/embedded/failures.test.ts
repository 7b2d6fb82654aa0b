import { spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from 'lmdb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { DocumentStore } from '../../../lib/store/document-store.ts';
import { checkDataFile } from '../../../lib/store/embedded/data-folder.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { create } from '../contract/open-store.ts';

const partition = { container: 'users', tenantId: 'faults' } as const;
const all = { ...partition, kind: 'user', limit: 10 };
const order = { path: ['order', 'displayName'], descending: false } as const;
const named = { kind: 'compare', path: ['search', 'externalId'], op: 'eq', value: 'x' } as const;

const folders: string[] = [];
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'muster-faults-')));
  return folders.at(-1) ?? '';
};
afterEach(() => {
  vi.restoreAllMocks();
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** Opens a store, with LMDB's objects for the whole database and for its documents, whose methods can be let fail. */
function openExposed() {
  const made: Record<string, () => unknown>[] = [];
  const emitters = EventEmitter as unknown as { init: (this: never, options?: object) => void };
  const original = emitters.init;
  const init = vi.spyOn(emitters, 'init').mockImplementation(function (this: never, options) {
    made.push(this);
    original.call(this, options);
  });
  const store = openEmbeddedStore({ path: folder() });
  init.mockRestore();
  const [root, documents] = made.filter((one) => 'openDB' in one);
  if (!root || !documents) throw new Error('LMDB no longer makes its databases as this test expects');
  return { store, root, documents };
}

describe('D14: a transaction that LMDB aborts', () => {
  const aborted = () =>
    Object.assign(new Error('MDB_BAD_TXN: Transaction must abort, has a child, or is invalid'), {
      code: -30_782,
    });
  const failedCommit = () =>
    Object.assign(new Error('Commit failed'), { commitError: Promise.reject(aborted()) });

  test.each([
    ['reports itself', aborted],
    ['is reported by its commit', failedCommit],
  ])('is repeated where it %s, and nothing is written twice', async (_, failure) => {
    const { store, root } = openExposed();
    const transaction = vi.spyOn(root, 'transaction');
    transaction.mockImplementationOnce(() => Promise.reject(failure()));
    const count = { op: 'increment', kind: 'total', id: 'total', by: { n: 1 }, ifAbsent: 'create' } as const;
    await store.commit(partition, [create(partition, 'a'), count]);

    expect(transaction).toHaveBeenCalledTimes(2);
    expect((await store.read({ ...partition, kind: 'total', id: 'total' }))?.document.n).toBe(1);
    await store.close();
  });

  test('is repeated by a read', async () => {
    const { store, documents } = openExposed();
    await store.commit(partition, [create(partition, 'a')]);
    const get = vi.spyOn(documents, 'get').mockImplementationOnce(() => {
      throw aborted();
    });

    expect(await store.read({ ...partition, kind: 'user', id: 'a' })).toBeDefined();
    expect(get).toHaveBeenCalledTimes(2);
    await store.close();
  });

  test('again and again ends as unavailable', async () => {
    const { store, root } = openExposed();
    const transaction = vi.spyOn(root, 'transaction');
    transaction.mockImplementation(() => Promise.reject(aborted()));

    await expect(store.commit(partition, [create(partition, 'a')])).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(transaction).toHaveBeenCalledTimes(limits.storeTriesMax);
    transaction.mockRestore();
    await store.close();
  });
});

describe('D14: a document that is', () => {
  /** A folder with the documents `a` and `b`, of which something befalls `a` behind its indexes. */
  async function damaged(
    befalls: (documents: ReturnType<typeof open>) => Promise<unknown>,
  ): Promise<DocumentStore> {
    const path = folder();
    const store = openEmbeddedStore({ path });
    const rest = {
      due: 1,
      created: '2026',
      lastModified: '2026',
      order: { displayName: 'a' },
      search: { externalId: 'x' },
    };
    await store.commit(partition, [create(partition, 'a', rest), create(partition, 'b', rest)]);
    await store.query({ ...all, order });
    await store.close();
    const raw = open({ path, noSubdir: false, overlappingSync: false });
    await befalls(raw.openDB('documents', { encoding: 'string' }) as typeof raw);
    await raw.close();
    return openEmbeddedStore({ path });
  }
  const key = 'users/faults/user/a';
  const lost = {
    kind: 'unavailable',
    cause: { message: expect.stringContaining('restore the folder from a copy') },
  };

  test.each<[string, (store: DocumentStore) => Promise<unknown>]>([
    ['a filter', (store) => store.query({ ...all, where: named })],
    ['a filter and an order', (store) => store.query({ ...all, where: named, order })],
    ['an order', (store) => store.query({ ...all, order })],
    ['a job', (store) => store.due('users', ['user'], { before: 5, limit: 5 })],
  ])('missing behind its key is not passed over by %s', async (_, ask) => {
    const store = await damaged((documents) => documents.remove(key));
    await expect(ask(store)).rejects.toMatchObject(lost);
    await store.close();
  });

  test('missing is simply absent for who gives its id', async () => {
    const store = await damaged((documents) => documents.remove(key));
    const where = { kind: 'in', path: ['id'], values: ['a', 'b'] } as const;
    expect(await store.read({ ...partition, kind: 'user', id: 'a' })).toBeUndefined();
    expect((await store.query({ ...all, where })).documents).toHaveLength(1);
    await store.close();
  });

  test('no JSON any more is unavailable, and the others are not', async () => {
    const store = await damaged((documents) => documents.put(key, '[1,{"id":"a","ten'));
    await expect(store.read({ ...partition, kind: 'user', id: 'a' })).rejects.toMatchObject(lost);
    await expect(store.query(all)).rejects.toMatchObject(lost);
    expect(await store.read({ ...partition, kind: 'user', id: 'b' })).toBeDefined();
    await store.close();
  });
});

describe('D14: the pages of the file', () => {
  const pageBytes = 4_096;
  const ids = Array.from({ length: 1_000 }, (_, n) => `id-${n + 1_000}`);

  async function filled(): Promise<string> {
    const path = folder();
    const store = openEmbeddedStore({ path });
    for (let start = 0; start < ids.length; start += 100) {
      const part = ids.slice(start, start + 100);
      const rest = { search: { externalId: 'x' }, text: 'x'.repeat(300) };
      await store.commit(
        partition,
        part.map((id) => create(partition, id, rest)),
      );
    }
    await store.close();
    return path;
  }

  test.each([0, 0xab])(
    'are refused where one is overwritten with %d, or nothing is missing',
    { timeout: 60_000 },
    async (byte) => {
      const path = await filled();
      const file = join(path, 'data.mdb');
      const whole = readFileSync(file);
      let refused = 0;
      for (let at = 2 * pageBytes; at < whole.length; at += 7 * pageBytes) {
        writeFileSync(file, Buffer.from(whole).fill(byte, at, at + pageBytes));
        const store = attempt(() => openEmbeddedStore({ path }));
        if (!store) refused += 1;
        const found = await store?.query({ ...all, limit: 5_000 });
        await store?.close();
        expect(found?.documents.length ?? ids.length).toBe(ids.length);
      }
      expect(refused).toBeGreaterThan(15);
    },
  );

  test('are not refused while another process writes', { timeout: 60_000 }, async () => {
    const path = folder();
    const script = fileURLToPath(new URL('writer.ts', import.meta.url));
    const writer = spawn(process.execPath, ['--import', 'tsx', script, path, '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    writer.stdout.resume();
    for (let n = 0; n < 100; n += 1) checkDataFile(join(path, 'data.mdb'));
    writer.kill('SIGKILL');
    await once(writer, 'close');
    expect(() => checkDataFile(join(path, 'data.mdb'))).not.toThrow();
  });

  /** Nothing if the folder is refused in the words for damage. */
  function attempt(open: () => DocumentStore): DocumentStore | undefined {
    try {
      return open();
    } catch (thrown) {
      const reason = (thrown as { cause: Error }).cause.cause;
      expect(reason).toMatchObject({ message: 'data.mdb is damaged' });
      return undefined;
    }
  }
});

/** A disk of its own of 400 KB, which Linux gives to who may make namespaces. */
const mount = 'mount -t tmpfs -o size=400k none "$0"';
const hasDisks =
  process.platform === 'linux' && spawnSync('unshare', ['-rm', 'sh', '-c', mount, tmpdir()]).status === 0;

describe.skipIf(!hasDisks)('D14: a full disk', () => {
  function onDisk(before: string) {
    const script = fileURLToPath(new URL('filler.ts', import.meta.url));
    const command = `${mount} && ${before} && exec "$1" --import tsx "$2" "$0"/data`;
    const args = ['-rm', 'sh', '-c', command, folder(), process.execPath, script];
    return spawnSync('unshare', args, { encoding: 'utf8' });
  }

  test('is told at the start, which does not end the process', () => {
    const { status, signal, stderr } = onDisk(
      'dd if=/dev/zero of="$0/all" bs=4k count=1000 2>/dev/null || true',
    );
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toMatch(/Cannot open the data folder ".+": check whether its disk is full or damaged/);
  });

  test('is told by each write, and what was acknowledged is there', () => {
    const { status, stdout } = onDisk('true');
    expect(stdout).toBe(
      'unavailable (The disk does not take the data: check whether it is full or damaged), ' +
        'and all that was acknowledged is there\n',
    );
    expect(status).toBe(0);
  });
});
