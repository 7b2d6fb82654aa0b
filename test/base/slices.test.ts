import { expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { Slices, yieldToEventLoop } from '../../lib/base/yield-to-event-loop.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function work(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

test('D20: work in slices lets others run whenever a slice is over, and only then', async () => {
  await turn();
  let turns = 0;
  const slices = new Slices();
  setImmediate(() => (turns += 1));
  await slices.next();
  expect([turns, slices.isOver()]).toEqual([0, false]);
  work(limits.sliceMillisecondsMax);
  expect(slices.isOver()).toBe(true);
  await slices.next();
  expect([turns, slices.isOver()]).toEqual([1, false]);
});

test('however many works there are, they share one slice in a turn of the event loop, and all go on', async () => {
  let longest = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    looking = setImmediate(look);
  };
  let looking = setImmediate(look);
  const steps = Array.from({ length: 20 }, () => 0);
  const walk = async (place: number) => {
    const slices = new Slices();
    for (let step = 0; step < 12; step += 1) {
      await slices.next();
      work(0.5);
      steps[place] = step;
      // Each is in the middle of its work when any other is.
      expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(9);
    }
  };
  await yieldToEventLoop();
  await Promise.all(steps.map((_, place) => walk(place)));
  clearImmediate(looking);
  // Together they take 120 ms.
  expect(longest).toBeLessThan(40);
});

test('small pieces of many works fit into one turn', async () => {
  await turn();
  let turns = 0;
  const look = () => {
    turns += 1;
    looking = setImmediate(look);
  };
  let looking = setImmediate(look);
  await Promise.all(Array.from({ length: 100 }, yieldToEventLoop));
  clearImmediate(looking);
  expect(turns).toBeLessThan(20);
});
