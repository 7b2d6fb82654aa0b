import { expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { Slices } from '../../lib/base/yield-to-event-loop.ts';

test('D20: work in slices lets others run whenever a slice is over, and only then', async () => {
  let now = 0;
  let turns = 0;
  const slices = new Slices(() => now);
  const others = () => setImmediate(() => (turns += 1));
  others();
  now += limits.sliceMillisecondsMax - 1;
  await slices.next();
  expect(turns).toBe(0);
  now += 1;
  await slices.next();
  expect(turns).toBe(1);
  others();
  await slices.next();
  expect(turns).toBe(1);
});
