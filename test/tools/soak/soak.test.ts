import { describe, expect, test } from 'vitest';
import { quarters } from '../../../tools/soak/memory.ts';
import { compare, enter, type Model } from '../../../tools/soak/model.ts';
import { soakTable } from '../../../tools/soak/report.ts';
import { soak } from '../../../tools/soak/run.ts';

function modelOf(...writes: readonly (readonly [string, string | undefined])[]): Model {
  const model: Model = new Map();
  for (const [path, state] of writes) enter(model, new Map([[path, state]]));
  return model;
}

describe('compare()', () => {
  const model = modelOf(['/Users/1', 'old'], ['/Users/1', 'new'], ['/Users/2', 'b'], ['/Users/2', undefined]);

  test.each([
    ['a created user that is missing', [], 'lost', '/Users/1: expected new, found nothing'],
    ['a change that is undone', [['/Users/1', 'old']], 'lost', '/Users/1: expected new, found old'],
    [
      'a deleted user that is there',
      [
        ['/Users/1', 'new'],
        ['/Users/2', 'b'],
      ],
      'lost',
      '/Users/2: expected nothing, found b',
    ],
    ['a state that nobody wrote', [['/Users/1', 'x']], 'wrong', '/Users/1: expected new, found x'],
    [
      'a user that nobody wrote',
      [
        ['/Users/1', 'new'],
        ['/Users/3', 'c'],
      ],
      'wrong',
      '/Users/3: expected nothing, found c',
    ],
  ] as const)('reports %s', (_, found, kind, sentence) => {
    const none = { lost: [], wrong: [] };
    expect(compare(model, new Map(found))).toEqual({ ...none, [kind]: [sentence] });
  });

  test('reports nothing if all is as the answers said', () => {
    expect(compare(model, new Map([['/Users/1', 'new']]))).toEqual({ lost: [], wrong: [] });
  });
});

describe('quarters()', () => {
  test('takes the median of each quarter of the time', () => {
    const samples = [5, 5, 9, 7, 7, 1].map((kilobytes, index) => ({ at: index * 10, kilobytes }));
    expect(quarters(samples)).toEqual([5, 9, 7, 4]);
  });
});

describe.each(['embedded', 'cosmos'] as const)('a short soak on %s', (engine) => {
  test('loses nothing and finds nothing wrong', { timeout: 120_000 }, async () => {
    const lines: string[] = [];
    const result = await soak({ engine, milliseconds: 2_000, seed: 5, say: (line) => lines.push(line) });
    expect(result.findings).toEqual({ lost: [], wrong: [] });
    expect(result.kills).toBeGreaterThan(0);
    expect(result.written).toBeGreaterThan(10);
    expect(result.failedCalls > 0).toBe(engine === 'cosmos');
    expect(result.comparisons).toBe(lines.length);
    expect(soakTable([result]).rows).toContainEqual(['lost', '0']);
  });
});
