import { afterAll, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import type { DocumentStore, Partition } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { interceptCommits } from '../../lib/store/store-until.ts';
import { isSweepDue, markingStore } from '../../lib/store/work-mark.ts';
import { countingMeter, freshPartition } from './contract/open-store.ts';

const stores: DocumentStore[] = [];
afterAll(() => Promise.all(stores.map((store) => store.close())));

/** A minute that is not a fifth one, far from the next. */
const start = 1_800_000_061_000;
const secondsAfter = (seconds: number) => start + seconds * 1_000;

/** An instance on an engine of its own, whose clock a test moves. It leaves work that is due in so many seconds. */
function openInstance() {
  const engine = openEmbeddedStore({ path: ':memory:' });
  stores.push(engine);
  const places: Partition[] = [];
  const watched = interceptCommits(engine, (inner) => (place, changes) => {
    places.push(place);
    return inner.commit(place, changes);
  });
  let now = start;
  const { store } = markingStore(watched, () => now);
  const leave = (dueIn: number | undefined) => {
    const partition = freshPartition();
    const due = dueIn === undefined ? undefined : now + dueIn * 1_000;
    return store.commit(partition, [{ op: 'create', document: { ...partition, id: 'a', kind: 'job', due } }]);
  };
  return {
    engine,
    leave,
    set: (seconds: number) => {
      now = secondsAfter(seconds);
    },
    marks: () => places.filter(({ container }) => container === 'tenants').length,
    isDue: (seconds: number) => isSweepDue(engine, secondsAfter(seconds)),
  };
}

test('work is marked once a minute, and only what is due already', async () => {
  const { leave, set, marks, isDue } = openInstance();
  await leave(undefined);
  await leave(2);
  expect([marks(), await isDue(0)]).toEqual([0, false]);
  await leave(0);
  await leave(0);
  expect([marks(), await isDue(0)]).toEqual([1, true]);
  set(limits.workMarkSeconds - 1);
  await leave(0);
  expect(marks()).toBe(1);
  set(limits.workMarkSeconds);
  await leave(0);
  expect(marks()).toBe(2);
});

test('an increment that makes a document due marks work too', async () => {
  const engine = openEmbeddedStore({ path: ':memory:' });
  stores.push(engine);
  const { store } = markingStore(engine, () => start);
  const set = { due: start };
  await store.commit(freshPartition(), [
    { op: 'increment', kind: 'job', id: 'a', by: {}, set, ifAbsent: 'create' },
  ]);
  expect(await isSweepDue(engine, start)).toBe(true);
});

test('sweeps come each minute for ten minutes after work, each fifth one for an hour, then no more', async () => {
  const { leave, isDue } = openInstance();
  await leave(0);
  // Work of the next minute may have no mark of its own.
  const [active, quiet] = [600, 3_600].map((seconds) => seconds + limits.workMarkSeconds);
  const fifth = (after: number) => after + ((240 - (after % 300) + 300) % 300);
  expect(await isDue(active ?? 0)).toBe(true);
  expect(await isDue(fifth(active ?? 0) + 60)).toBe(false);
  expect(await isDue(fifth(active ?? 0))).toBe(true);
  expect(await isDue(fifth(quiet ?? 0) - 300)).toBe(true);
  expect(await isDue(fifth(quiet ?? 0))).toBe(false);
});

test('a minute without a sweep costs one read', async () => {
  const { engine } = openInstance();
  const { meter, operations } = countingMeter();
  expect(await isSweepDue(engine.metered(meter), start)).toBe(false);
  expect(operations.map(({ name }) => name)).toEqual(['read']);
});

test('a change is written although its mark is not', async () => {
  const engine = openEmbeddedStore({ path: ':memory:' });
  stores.push(engine);
  const broken = interceptCommits(engine, (inner) => (place, changes) => {
    return place.container === 'tenants' ? Promise.reject(new Error('full')) : inner.commit(place, changes);
  });
  const { store } = markingStore(broken, () => start);
  const partition = freshPartition();
  await store.commit(partition, [{ op: 'create', document: { ...partition, id: 'a', kind: 'job', due: 0 } }]);
  expect(await engine.due('users', ['job'], { before: start, limit: 2 })).toHaveLength(1);
});
