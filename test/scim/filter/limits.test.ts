import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { ScimError } from '../../../lib/scim/errors.ts';
import { parseFilter } from '../../../lib/scim/filter/parser.ts';

describe('parseFilter() accepts', () => {
  test('exactly as many bytes as the limit', () => {
    const filter = (length: number) => `a eq "${'x'.repeat(length - 'a eq ""'.length)}"`;
    expect(parseFilter(filter(limits.filterBytesMax))).toMatchObject({ kind: 'compare' });
    expect(() => parseFilter(filter(limits.filterBytesMax + 1))).toThrow(
      new ScimError('invalidFilter', {
        detail: `Cannot parse filter: it is longer than ${limits.filterBytesMax} bytes: shorten it`,
      }),
    );
    expect(() => parseFilter(filter(limits.filterBytesMax).replace('x', 'é'))).toThrow(ScimError);
  });

  test('exactly as many nodes as the limit', () => {
    // Each `not (a pr) and` is three nodes, and the last `a pr` is one.
    const filter = (nodes: number) => `${'not (a pr) and '.repeat((nodes - 1) / 3)}a pr`;
    const bound = limits.filterNodesMax;
    expect(bound % 3).toBe(1);
    expect(parseFilter(filter(bound))).toMatchObject({ kind: 'and' });
    for (const more of [
      `${filter(bound)} or a pr`,
      `not (${filter(bound)})`,
      `e[a pr] and ${filter(bound)}`,
    ]) {
      expect(() => parseFilter(more)).toThrow(`it has more than ${bound} comparisons and operators`);
    }
  });

  test('exactly as many nested brackets as the limit', () => {
    const filter = (depth: number) => `${'('.repeat(depth - 1)}e[a pr]${')'.repeat(depth - 1)}`;
    expect(parseFilter(filter(limits.filterDepthMax))).toEqual({
      kind: 'valuePath',
      path: { name: 'e' },
      filter: { kind: 'present', path: { name: 'a' } },
    });
    const bound = limits.filterDepthMax;
    expect(() => parseFilter(filter(bound + 1))).toThrow(
      `more than ${bound} nested brackets at position ${bound + 1}`,
    );
  });

  test('brackets side by side, which do not add to the depth', () => {
    const text = Array.from({ length: 60 }, () => '((a pr))').join(' and ');
    expect(parseFilter(text)).toMatchObject({ kind: 'and' });
  });
});
