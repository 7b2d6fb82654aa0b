import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { thinLines } from '../../lib/base/thin-lines.ts';

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

test('lines above the rate are counted, and told at the end of their minute', () => {
  const written: number[] = [];
  const leftOut: number[] = [];
  const thin = thinLines(3, Date.now, (count) => leftOut.push(count));
  for (let line = 0; line < 10; line += 1) thin(() => written.push(line));
  expect([written, leftOut]).toEqual([[0, 1, 2], []]);
  vi.advanceTimersByTime(60_000);
  expect(leftOut).toEqual([7]);
  thin(() => written.push(10));
  vi.advanceTimersByTime(60_000);
  expect([written, leftOut]).toEqual([[0, 1, 2, 10], [7]]);
});

test('a clock that is set back keeps no lines out', () => {
  const clock = { now: 3_600_000 };
  const written: number[] = [];
  const thin = thinLines(
    1,
    () => clock.now,
    () => {},
  );
  for (const now of [3_600_000, 0, 1]) {
    clock.now = now;
    thin(() => written.push(now));
  }
  expect(written).toEqual([3_600_000, 0]);
});
