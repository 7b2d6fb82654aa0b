import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { takeTurn } from '../../lib/store/turns.ts';

const alone = { resource: 'tenant user', isShared: false };
const shared = { ...alone, isShared: true };

/** Writers that stay in their turns until they are told to end them, and the names of those who run. */
function openWriters() {
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    running,
    async begin(name: string, turn: typeof alone) {
      const end = await takeTurn(turn);
      running.push(name);
      ends.set(name, end);
    },
    async end(name: string) {
      running.splice(running.indexOf(name), 1);
      ends.get(name)?.();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('D6: writers of one resource', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('have their turns one after the other, in the order of their arrival', async () => {
    const { running, begin, end } = openWriters();
    const writers = ['first', 'second', 'third'].map((name) => begin(name, alone));
    await writers[0];
    for (const name of ['first', 'second', 'third']) {
      await vi.advanceTimersByTimeAsync(0);
      expect(running).toEqual([name]);
      await end(name);
    }
  });

  test('run side by side if they are shared, but never overtake one that is not', async () => {
    const { running, begin, end } = openWriters();
    await Promise.all([begin('one', shared), begin('two', shared)]);
    const later = [begin('alone', alone), begin('three', shared), begin('four', shared)];
    expect(running).toEqual(['one', 'two']);
    await end('one');
    expect(running).toEqual(['two']);
    await end('two');
    expect(running).toEqual(['alone']);
    await end('alone');
    expect(running).toEqual(['three', 'four']);
    await Promise.all(later);
    await Promise.all([end('three'), end('four')]);
  });

  test('do not wait for those of another resource', async () => {
    const { running, begin, end } = openWriters();
    await begin('one', alone);
    await begin('other', { ...alone, resource: 'another tenant user' });
    expect(running).toEqual(['one', 'other']);
    await Promise.all([end('one'), end('other')]);
  });

  test('are told that the resource is busy when their time is over, and those behind them go on', async () => {
    const { running, begin, end } = openWriters();
    await begin('reader', shared);
    const late = expect(begin('late', alone)).rejects.toMatchObject({ kind: 'busy' });
    await vi.advanceTimersByTimeAsync(1_000);
    const behind = begin('behind', shared);
    await vi.advanceTimersByTimeAsync(limits.turnSecondsMax * 1_000 - 1_000);
    await Promise.all([late, behind]);
    expect(running).toEqual(['reader', 'behind']);
    await Promise.all([end('reader'), end('behind')]);
  });

  test('are told so at once when too many wait', async () => {
    const { begin, end } = openWriters();
    await begin('first', alone);
    const waiting = Array.from({ length: limits.turnsWaitingMax }, (_, n) => begin(String(n), alone));
    await expect(begin('one more', alone)).rejects.toMatchObject({ kind: 'busy' });
    await end('first');
    for (const n of waiting.keys()) await end(String(n));
    await Promise.all(waiting);
  });
});
