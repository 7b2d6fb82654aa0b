import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BulkPlan, runBulkPlan } from '../../../lib/provisioning/bulk/schedule.ts';

const planOf = (firm: readonly number[][], soft: readonly number[][] = firm.map(() => [])): BulkPlan => ({
  firm: firm.map((before) => new Set(before)),
  soft: soft.map((before) => new Set(before)),
});

/** Runs a plan and tells when each position began and ended. */
async function play(plan: BulkPlan, { width = (): number => 16, done = new Set<number>() } = {}) {
  const log: string[] = [];
  let now = 0;
  let most = 0;
  await runBulkPlan(plan, {
    done,
    width,
    async run(position) {
      most = Math.max(most, ++now);
      log.push(`+${position}`);
      for (let turn = 0; turn <= position % 3; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      log.push(`-${position}`);
      now -= 1;
    },
  });
  return { log, most };
}

describe('runBulkPlan()', () => {
  test('begins each position once those that it waits for have ended', async () => {
    const { log } = await play(planOf([[], [0], [], [1, 2]], [[2], [], [], []]));
    const order = (before: number, after: number) => log.indexOf(`-${before}`) < log.indexOf(`+${after}`);
    expect([order(2, 0), order(0, 1), order(1, 3), order(2, 3)]).toEqual([true, true, true, true]);
  });

  test('begins the first ones first', async () => {
    const { log } = await play(planOf([[], [], []]), { width: () => 1 });
    expect(log).toEqual(['+0', '-0', '+1', '-1', '+2', '-2']);
  });

  test('lets the first of a circle go ahead and holds the others to their order', async () => {
    const { log } = await play(planOf([[], [], []], [[1], [2], [0]]), { width: () => 16 });
    expect(log.filter((entry) => entry.startsWith('+'))).toEqual(['+0', '+2', '+1']);
  });

  test('never runs more at once than the width allows, and uses it', async () => {
    expect((await play(planOf(Array.from({ length: 50 }, () => [])), { width: () => 7 })).most).toBe(7);
  });

  test('begins nothing any more when the width is 0', async () => {
    let left = 3;
    const { log } = await play(planOf([[], [], [], [], []]), { width: () => (left-- > 0 ? 1 : 0) });
    expect(log).toContain('-0');
    expect(log).not.toContain('+4');
  });

  test('lets others have their turn while operations end without a pause', async () => {
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);

    await runBulkPlan(planOf(Array.from({ length: 1_000 }, () => [])), {
      done: new Set(),
      width: () => 16,
      run: async () => {},
    });

    isOver = true;
    expect(turns).toBeGreaterThan(20);
  });

  test('does not run what is done, and does not wait for it', async () => {
    const { log } = await play(planOf([[], [0], [1]]), { done: new Set([0, 1]) });
    expect(log).toEqual(['+2', '-2']);
  });

  test('runs every position exactly once, whatever waits for what', async () => {
    const positions = fc.integer({ min: 0, max: 19 });
    const edges = fc.array(fc.tuple(positions, positions), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(edges, fc.integer({ min: 1, max: 8 }), async (pairs, width) => {
        const firm: number[][] = Array.from({ length: 20 }, () => []);
        const soft: number[][] = Array.from({ length: 20 }, () => []);
        for (const [a, b] of pairs) {
          if (a > b) firm[a]?.push(b);
          if (a < b) soft[a]?.push(b);
        }
        const { log } = await play(planOf(firm, soft), { width: () => width });
        expect(log.filter((entry) => entry.startsWith('+')).length).toBe(20);
        expect(new Set(log).size).toBe(40);
        for (const [a, b] of pairs)
          if (a > b) expect(log.indexOf(`-${b}`)).toBeLessThan(log.indexOf(`+${a}`));
      }),
      { numRuns: 60 },
    );
  });
});
