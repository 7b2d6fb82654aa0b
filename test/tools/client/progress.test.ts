import { describe, expect, test } from 'vitest';
import { createProgress } from '../../../tools/client/progress.ts';

function shown(isTTY: boolean): string {
  let text = '';
  const progress = createProgress({
    isTTY,
    write: (part: unknown) => {
      text += String(part);
      return true;
    },
  });
  progress.start('Initial cycle', 4);
  progress.advance(2);
  progress.finish();
  return text;
}

describe('createProgress()', () => {
  test('redraws a bar on a terminal until it is full', () => {
    expect(shown(true)).toMatch(/\rInitial cycle +░{30} 0\/4.*\rInitial cycle +█{30} 4\/4 in [\d.]+ s\n$/);
  });

  test('writes one plain line elsewhere', () => {
    expect(shown(false)).toMatch(/^Initial cycle: 4 in [\d.]+ s\n$/);
  });
});
