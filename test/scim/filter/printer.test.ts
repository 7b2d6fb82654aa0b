import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFilter, parsePatchPath } from '../../../lib/scim/filter/parser.ts';
import { printFilter, printPatchPath } from '../../../lib/scim/filter/printer.ts';
import { filterArbitrary, patchPathArbitrary } from './arbitrary.ts';

describe('printFilter()', () => {
  test('prints what parseFilter() reads as the same filter', () => {
    fc.assert(
      fc.property(filterArbitrary, (filter) => {
        expect(parseFilter(printFilter(filter))).toEqual(filter);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    'userName eq "bjensen"',
    'a eq 1 or b eq true and c eq null',
    '(a pr or b pr) and not (c pr)',
    'not (not (a pr))',
    'emails[type eq "work" and (value co "@x" or value pr)] or id eq "1"',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName sw "\\"\\\\"',
  ])('prints %s in the form it was written', (text) => {
    expect(printFilter(parseFilter(text))).toBe(text);
  });
});

describe('printPatchPath()', () => {
  test('prints what parsePatchPath() reads as the same path', () => {
    fc.assert(
      fc.property(patchPathArbitrary, (path) => {
        expect(parsePatchPath(printPatchPath(path))).toEqual(path);
      }),
      { numRuns: 1_000 },
    );
  });
});
