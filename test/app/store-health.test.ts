import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchStore } from '../../lib/app/store-health.ts';
import { limits } from '../../lib/base/limits.ts';
import { type Document, type DocumentStore, type Meter, StoreError } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { interceptCommits } from '../../lib/store/store-until.ts';

const partition = { container: 'users', tenantId: 'tenant' } as const;

let disk: DocumentStore;
let time: number;
/** The bytes that the disk still takes in one write. */
let room: number;

beforeEach(() => {
  disk = openEmbeddedStore({ path: ':memory:' });
  [time, room] = [0, Number.POSITIVE_INFINITY];
});
afterEach(() => disk.close());

function observed(store: DocumentStore, meter: Meter): DocumentStore {
  return interceptCommits(store, (inner) => async (at, changes) => {
    const failure = await inner.commit(at, changes).catch((thrown: unknown) => thrown);
    meter.outcome?.('commit', failure);
    if (failure !== undefined) throw failure;
  });
}

/** A disk that is nearly full still takes the write of a check. */
function watched() {
  let ids = 0;
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const small = interceptCommits(disk, (inner) => async (at, changes) => {
    if (JSON.stringify(changes).length > room) throw new StoreError('unavailable', { cause: full });
    await inner.commit(at, changes);
  });
  const engine: DocumentStore = { ...small, metered: (meter) => observed(small, meter) };
  const { store, checkStore } = watchStore(engine, { now: () => time, newId: () => String(ids++) });
  const write = (id: string, text = 'x'.repeat(1_000)) => {
    const document: Document = { id, kind: 'user', tenantId: partition.tenantId, text };
    return store.commit(partition, [{ op: 'create', document }]);
  };
  return { write, checkStore };
}

test('D14: the check fails after a failed write until one succeeds', async () => {
  const { write, checkStore } = watched();
  await write('a');
  await expect(checkStore()).resolves.toBeUndefined();
  room = 500;
  await expect(write('b')).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(checkStore()).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(checkStore()).rejects.toMatchObject({ kind: 'unavailable' });
  room = Number.POSITIVE_INFINITY;
  await write('b');
  await expect(checkStore()).resolves.toBeUndefined();
});

test('D14: the check tries the store again if nobody writes any more', async () => {
  const { write, checkStore } = watched();
  room = 500;
  await expect(write('a')).rejects.toMatchObject({ kind: 'unavailable' });
  time = limits.failedWriteSeconds * 1_000;
  await expect(checkStore()).resolves.toBeUndefined();
  room = 50;
  await expect(checkStore()).rejects.toMatchObject({ kind: 'unavailable' });
});

test('D14: a write that loses a race does not count as failed', async () => {
  const { write, checkStore } = watched();
  await write('a');
  await expect(write('a')).rejects.toMatchObject({ kind: 'conflict' });
  await expect(checkStore()).resolves.toBeUndefined();
});
