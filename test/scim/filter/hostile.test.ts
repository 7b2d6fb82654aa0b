import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { ScimError } from '../../../lib/scim/errors.ts';
import type { Filter } from '../../../lib/scim/filter/ast.ts';
import { parseFilter } from '../../../lib/scim/filter/parser.ts';
import { printFilter } from '../../../lib/scim/filter/printer.ts';
import { filterArbitrary } from './arbitrary.ts';

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

describe('parseFilter() accepts', () => {
  test('exactly as many bytes as the limit', () => {
    const filter = (length: number) => `a eq "${'x'.repeat(length - 'a eq ""'.length)}"`;
    expect(parseFilter(filter(limits.filterBytesMax))).toMatchObject({ kind: 'compare' });
    expect(() => parseFilter(filter(limits.filterBytesMax + 1))).toThrow(ScimError);
  });

  test('exactly as many nodes as the limit', () => {
    // Each `not (a pr) and` is three nodes, and the last `a pr` is one.
    const filter = (nodes: number) => `${'not (a pr) and '.repeat((nodes - 1) / 3)}a pr`;
    const bound = limits.filterNodesMax;
    expect(bound % 3).toBe(1);
    expect(parseFilter(filter(bound))).toMatchObject({ kind: 'and' });
    expect(() => parseFilter(`${filter(bound)} or a pr`)).toThrow(`more than ${bound}`);
    expect(() => parseFilter(`not (${filter(bound)})`)).toThrow(`more than ${bound}`);
  });

  test('exactly as many nested brackets as the limit', () => {
    const filter = (depth: number) => `${'('.repeat(depth - 1)}e[a pr]${')'.repeat(depth - 1)}`;
    expect(parseFilter(filter(limits.filterDepthMax))).toEqual({
      kind: 'valuePath',
      path: { name: 'e' },
      filter: { kind: 'present', path: { name: 'a' } },
    });
    expect(() => parseFilter(filter(limits.filterDepthMax + 1))).toThrow('nested brackets');
  });

  test('brackets side by side, which do not add to the depth', () => {
    const text = Array.from({ length: 60 }, () => '((a pr))').join(' and ');
    expect(parseFilter(text)).toMatchObject({ kind: 'and' });
  });
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
