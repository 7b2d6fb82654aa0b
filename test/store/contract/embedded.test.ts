import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { open } from 'lmdb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DocumentStore } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { drawnChoices } from '../../support/chance.ts';
import { documentStoreContract } from './document-store.ts';
import { create } from './open-store.ts';

/** The partition that the scripts write to. */
const partition = { container: 'users', tenantId: 'scripts' } as const;

const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'muster-test-'));

documentStoreContract('openEmbeddedStore() on a folder', async () => {
  const path = temporaryFolder();
  let store = openEmbeddedStore({ path });
  return {
    store,
    async reopen() {
      await store.close();
      store = openEmbeddedStore({ path });
      return store;
    },
    async dispose() {
      await store.close();
      rmSync(path, { recursive: true });
    },
  };
});

documentStoreContract("openEmbeddedStore() on ':memory:'", async () => {
  const store = openEmbeddedStore({ path: ':memory:' });
  return { store, dispose: () => store.close() };
});

describe('openEmbeddedStore()', () => {
  const folders: string[] = [];
  const folder = () => {
    folders.push(temporaryFolder());
    return folders.at(-1) ?? '';
  };
  afterEach(() => {
    for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
  });

  test('loses no acknowledged batch and keeps none in part over five kills', {
    timeout: 120_000,
  }, async () => {
    const path = folder();
    const store = openEmbeddedStore({ path });
    const acknowledged: string[] = [];
    for (let run = 0; run < 5; run += 1) {
      acknowledged.push(...(await killWriter(path, run)));
      await expectWhole(store, acknowledged);
    }
    await store.close();
    const reopened = openEmbeddedStore({ path });

    await expectWhole(reopened, acknowledged);
    expect(new Set(acknowledged.map((batch) => batch.split('-')[0])).size).toBe(5);
    await reopened.close();
  });

  test('sweeps away what has expired, from its indexes too, up to a limit and the oldest first', async () => {
    const store = openEmbeddedStore({ path: folder() });
    const expiring = ['a', 'b', 'c'].map((id, n) =>
      create(partition, id, { expires: 100 + n, due: 5, search: { externalId: 'x' } }),
    );
    await store.commit(partition, expiring);
    const where = { kind: 'compare', path: ['search', 'externalId'], op: 'eq', value: 'x' } as const;
    const query = { ...partition, kind: 'user', where, limit: 10 };
    await store.sweep({ before: 102, limit: 1 });
    const afterOne = (await store.query(query)).documents.map(({ document }) => document.id);
    await store.sweep({ before: 102, limit: 10 });

    expect(afterOne).toEqual(['b', 'c']);
    expect((await store.query(query)).documents.map(({ document }) => document.id)).toEqual(['c']);
    expect(await store.due('users', ['user'], { before: 10, limit: 10 })).toHaveLength(1);
    await store.close();
  });

  test('shares a folder with another process', async () => {
    const path = folder();
    const store = openEmbeddedStore({ path });
    const acknowledged = await killWriter(path, 1, () =>
      store.commit(partition, [
        { op: 'increment', kind: 'total', id: 'mine', by: { n: 1 }, ifAbsent: 'create' },
      ]),
    );

    await expectWhole(store, acknowledged);
    const mine = await store.read({ ...partition, kind: 'total', id: 'mine' });
    expect(mine?.document.n).toBeGreaterThan(0);
    await store.close();
  });

  test('finishes what was committed before close() and refuses what comes after', async () => {
    const path = folder();
    const store = openEmbeddedStore({ path });
    const commits = Array.from({ length: 20 }, (_, n) =>
      store.commit(partition, [create(partition, `id-${n}`)]),
    );
    await store.close();
    await Promise.all(commits);

    await expect(store.count({ ...partition, kind: 'user' })).rejects.toThrow('closed');
    const reopened = openEmbeddedStore({ path });
    expect(await reopened.count({ ...partition, kind: 'user' })).toBe(20);
    await reopened.close();
    await reopened.close();
  });

  test.each<[string, string, (path: string) => void]>([
    ['a file', 'data', (path) => writeFileSync(join(path, 'data'), '')],
    ['below a file', 'file/data', (path) => writeFileSync(join(path, 'file'), '')],
    ['a folder whose database is text', '.', (path) => writeFileSync(join(path, 'data.mdb'), 'hello')],
    [
      'a folder whose database is noise',
      '.',
      (path) => writeFileSync(join(path, 'data.mdb'), Buffer.alloc(40_000, 0xab)),
    ],
  ])('answers unavailable and names the folder when the path is %s', (_, name, prepare) => {
    const parent = folder();
    prepare(parent);
    const path = join(parent, name);

    expect(() => openEmbeddedStore({ path })).toThrow(unavailable(path));
  });

  test('D2: refuses an increment that makes a document too large, with the bound that it is given', async () => {
    const store = openEmbeddedStore({ path: folder(), documentBytesMax: 200 });
    await store.commit(partition, [create(partition, 'a', { text: 'x'.repeat(90) })]);
    const set = { more: 'x'.repeat(100) };
    const grow = { op: 'increment', kind: 'user', id: 'a', by: {}, set, ifAbsent: 'fail' } as const;
    await expect(store.commit(partition, [create(partition, 'b'), grow])).rejects.toMatchObject({
      kind: 'tooLarge',
    });
    expect(await store.count({ ...partition, kind: 'user' })).toBe(1);
    await store.close();
  });

  test('answers unavailable when the database is cut off', async () => {
    const path = folder();
    const store = openEmbeddedStore({ path });
    for (let n = 0; n < 20; n += 1) {
      await store.commit(partition, [create(partition, `id-${n}`, { text: 'x'.repeat(3_000) })]);
    }
    await store.close();
    truncateSync(join(path, 'data.mdb'), 16_384);

    expect(() => openEmbeddedStore({ path })).toThrow(unavailable(path));
  });

  test.skipIf(process.platform === 'win32')(
    'answers unavailable when the disk is full, and goes on',
    async () => {
      const child = spawn(
        'sh',
        ['-c', `ulimit -f 1000; exec "$@"`, 'sh', ...nodeWith('embedded/filler.ts', folder())],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk;
      });
      const [code] = await once(child, 'close');

      expect(output).toMatch(
        /^unavailable \(The disk does not take .+\), and all that was acknowledged is there\n$/,
      );
      expect(code).toBe(0);
    },
  );

  test('builds the indexes again when they were built for other paths', async () => {
    const path = folder();
    const store = openEmbeddedStore({ path });
    await store.commit(partition, [create(partition, 'a', { search: { externalId: 'x' }, due: 5 })]);
    await store.close();
    const raw = open({ path, noSubdir: false, overlappingSync: false });
    await raw.openDB('equality', { encoding: 'string' }).clearAsync();
    await raw.openDB('due', { encoding: 'string' }).put('users/user/0000000000000001/t/gone', '');
    await raw.openDB('state', { encoding: 'string' }).put('indexes', 'of another version');
    await raw.close();
    const reopened = openEmbeddedStore({ path });
    const where = { kind: 'compare', path: ['search', 'externalId'], op: 'eq', value: 'x' } as const;

    expect(await reopened.count({ ...partition, kind: 'user', where })).toBe(1);
    expect(await reopened.due('users', ['user'], { before: 9, limit: 9 })).toHaveLength(1);
    await reopened.close();
  });

  test.skipIf(process.platform === 'win32')(
    'lets nobody else read its files in a folder that is open',
    async () => {
      const path = folder();
      chmodSync(path, 0o755);
      const store = openEmbeddedStore({ path });
      expect(readdirSync(path).map((file) => statSync(join(path, file)).mode & 0o777)).toEqual([
        0o600, 0o600,
      ]);
      await store.close();
    },
  );

  test("leaves nothing of ':memory:' behind", async () => {
    const own = folder();
    vi.stubEnv('TMPDIR', own);
    const store = openEmbeddedStore({ path: ':memory:' });
    vi.unstubAllEnvs();
    await store.commit(partition, [create(partition, 'a')]);
    await store.close();

    expect(readdirSync(own)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')("D12: a kill leaves nothing of ':memory:' behind", async () => {
    const own = folder();
    const [node = '', ...parameters] = nodeWith('embedded/writer.ts', ':memory:', '1');
    const child = spawn(node, parameters, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: own },
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');

    expect(readdirSync(own, { recursive: true }).filter((name) => String(name).startsWith('muster'))).toEqual(
      [],
    );
  });
});

function unavailable(path: string) {
  const cause = expect.objectContaining({ message: expect.stringContaining(`"${path}"`) });
  return expect.objectContaining({ name: 'StoreError', kind: 'unavailable', cause });
}

/** The command line that runs a script of the store's tests. */
function nodeWith(script: string, ...parameters: string[]): string[] {
  const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
  return [process.execPath, '--import', 'tsx', file, ...parameters];
}

/** Runs a writer, kills it at a random moment after its first batch, and tells the batches it acknowledged. */
async function killWriter(path: string, run: number, meanwhile?: () => Promise<void>): Promise<string[]> {
  const [node = '', ...parameters] = nodeWith('embedded/writer.ts', path, String(run));
  const child = spawn(node, parameters, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await meanwhile?.();
  await delay(drawnChoices(run).next() * 150);
  child.kill('SIGKILL');
  await ended;
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean);
}

/** All acknowledged batches are there, no batch is there in part, and indexes and increments tell the same. */
async function expectWhole(store: DocumentStore, acknowledged: readonly string[]): Promise<void> {
  const parts = new Map<string, number>();
  const { documents } = await store.query({ ...partition, kind: 'part', limit: 1_000_000 });
  for (const { document } of documents) {
    const batch = document.id.slice(0, document.id.indexOf('.'));
    parts.set(batch, (parts.get(batch) ?? 0) + 1);
  }
  const total = await store.read({ ...partition, kind: 'total', id: 'total' });
  const last = acknowledged.slice(-1).join();
  const where = { kind: 'compare', path: ['search', 'externalId'], op: 'eq', value: last } as const;

  expect(acknowledged.filter((batch) => parts.get(batch) !== 5)).toEqual([]);
  expect([...parts].filter(([, count]) => count !== 5)).toEqual([]);
  expect(total?.document.batches).toBe(parts.size);
  expect(await store.count({ ...partition, kind: 'part', where })).toBe(5);
}
