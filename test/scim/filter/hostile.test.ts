import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { ScimError } from '../../../lib/scim/errors.ts';
import type { Filter } from '../../../lib/scim/filter/ast.ts';
import { bindFilter } from '../../../lib/scim/filter/bind.ts';
import { parseFilter } from '../../../lib/scim/filter/parser.ts';
import { printFilter } from '../../../lib/scim/filter/printer.ts';
import { filterArbitrary } from './arbitrary.ts';
import { badgeType } from './badge.ts';

/** The fastest of several runs, in milliseconds, which leaves out what else the machine does. */
function fastest(run: () => void): number {
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...times);
}

describe('parseFilter() refuses at once, without repeating the filter,', () => {
  const bytes = limits.filterBytesMax;
  const nodes = limits.filterNodesMax;
  const depth = limits.filterDepthMax;
  test.each([
    ['8 MB of text', 'a'.repeat(8_000_000), `longer than ${bytes} bytes`],
    [
      'more bytes than characters',
      `userName eq "${'é'.repeat(bytes / 2 - 6)}"`,
      `longer than ${bytes} bytes`,
    ],
    ['10,000 parentheses', '('.repeat(10_000), `longer than ${bytes} bytes`],
    ['8,000 parentheses', '('.repeat(8_000), `more than ${depth} nested brackets at position ${depth}`],
    [
      '2,000 times not',
      'not('.repeat(2_000),
      `more than ${depth} nested brackets at position ${depth * 4 + 3}`,
    ],
    ['too many terms', 'a pr or '.repeat(1_000), `more than ${nodes} comparisons and operators`],
    ['an unclosed string', `a eq "${'\\"'.repeat(4_000)}`, 'expected a closing quotation mark'],
    ['an endless number', `a eq ${'9'.repeat(8_000)}`, 'expected a value'],
    ['an endless name', `${'a'.repeat(8_000)}! pr`, 'expected an attribute name'],
    ['an endless path', 'urn:a.'.repeat(1_300), 'expected an attribute name'],
  ])('%s', (_, text, reason) => {
    let detail = '';
    const time = fastest(() => {
      try {
        parseFilter(text);
      } catch (error) {
        detail = error instanceof ScimError ? error.message : '';
      }
    });
    expect(detail).toContain(reason);
    expect(detail.length).toBeLessThan(120);
    expect(time).toBeLessThan(1);
  });
});

test('a filter of 200 nodes is parsed and bound in well under 10 ms', () => {
  const text = Array.from({ length: 100 }, (_, index) => `userName eq "user-${index}"`).join(' or ');
  const time = fastest(() => expect(bindFilter(parseFilter(text), badgeType).kind).toBe('or'));
  expect(time).toBeLessThan(5);
});

describe('parseFilter() on text from anywhere', () => {
  const fragments = fc.constantFrom(
    ...[
      'userName',
      'emails',
      ' eq ',
      ' and ',
      ' or ',
      'not',
      '(',
      ')',
      '[',
      ']',
      '.',
      ':',
      '"',
      '\\',
      ' ',
      'pr',
      '1',
    ],
    ...['"x"', 'null', '\u0000', '__proto__', 'é', '😀', '\ud800', '{', '-', 'e', '$', "'", ',', '\n', '%20'],
  );
  const noise = fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join(''));
  const mutated = fc
    .tuple(filterArbitrary.map(printFilter), fc.nat(), fc.nat({ max: 8 }), fragments)
    .map(([text, at, drop, insert]) => {
      const position = at % (text.length + 1);
      return text.slice(0, position) + insert + text.slice(position + drop);
    });

  test('gives a filter or a ScimError, each in a few milliseconds', () => {
    const slow: string[] = [];
    fc.assert(
      fc.property(fc.oneof(noise, mutated, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const start = performance.now();
        const outcome = parsed(text);
        if (performance.now() - start > 20 && fastest(() => parsed(text)) > 5) slow.push(text);
        if (!(outcome instanceof ScimError)) expect(parseFilter(printFilter(outcome))).toEqual(outcome);
      }),
      { numRuns: 10_000 },
    );
    expect(slow).toEqual([]);
  });

  function parsed(text: string): Filter | ScimError {
    try {
      return parseFilter(text);
    } catch (error) {
      if (error instanceof ScimError && error.code === 'invalidFilter') return error;
      throw error;
    }
  }
});
