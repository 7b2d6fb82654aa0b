import { describe, expect, test } from 'vitest';
import {
  creationUnits,
  deletionUnits,
  type Kept,
  patchUnits,
  queryUnits,
  readUnits,
  replacementUnits,
} from '../../../tools/cost/charges.ts';

const kilobyte = 1_024;
const kept = (bytes: number, ...terms: readonly string[]): Kept => ({ bytes, terms: new Set(terms) });
const ten = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

describe('the charges', () => {
  test.each([
    [0, 1],
    [1, 1],
    [4, 1.14],
    [6, (1.14 + 1.33) / 2],
    [128, 9.95],
  ])('of a read of %d KB are %d', (kilobytes, units) => {
    expect(readUnits(kilobytes * kilobyte)).toBeCloseTo(units, 5);
  });

  test('are those of the examples in the documentation, which counts 5 for the 4.95 of a kilobyte', () => {
    const [before, after] = [kept(kilobyte, 'a 1', 'b 1', 'c'), kept(kilobyte, 'a 2', 'b 2', 'c')];
    expect(creationUnits(kept(kilobyte, ...ten))).toBeCloseTo(7 - 0.05, 5);
    expect(deletionUnits(kept(kilobyte, ...ten))).toBeCloseTo(7 - 0.05, 5);
    expect(replacementUnits(before, after)).toBeCloseTo(10.8 - 0.1, 5);
    expect(patchUnits(before, after, 2)).toBeCloseTo(11.6 - 0.1, 5);
  });

  test('of a query grow with the documents that it loads', () => {
    expect(queryUnits([])).toBe(2.8);
    expect(queryUnits([kilobyte, kilobyte, 4 * kilobyte])).toBeCloseTo(2.8 + 1 + 1 + 1.14, 5);
  });

  test('are not guessed for a document larger than any that is kept', () => {
    expect(() => readUnits(300 * kilobyte)).toThrow(RangeError);
  });
});
