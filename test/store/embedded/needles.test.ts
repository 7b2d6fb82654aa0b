import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../lib/scim/filter/condition.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';
import { needlesOf } from '../../../lib/store/embedded/needles.ts';

const compare = (op: 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt', value: string | number): Condition => ({
  kind: 'compare',
  path: ['search', 'title'],
  op,
  value,
});

// Few characters, so that conditions often hold; among them what JSON escapes and halves of a surrogate pair.
const texts = fc
  .array(fc.constantFrom('a', 'é', '"', '\\', '\n', '😀', '\ud83d', '\ude00'), { maxLength: 4 })
  .map((characters) => characters.join(''));
const documents = fc.record({
  search: fc.record(
    { title: texts, emails: fc.array(fc.record({ value: texts }), { maxLength: 2 }) },
    { requiredKeys: [] },
  ),
});
const { condition: conditions } = fc.letrec<{ condition: Condition }>((tie) => {
  const terms = fc
    .record({ op: fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt'), value: texts })
    .map(({ op, value }) => compare(op, value));
  const any = texts.map((value): Condition => {
    const condition: Condition = { kind: 'compare', path: ['value'], op: 'co', value };
    return { kind: 'any', path: ['search', 'emails'], condition };
  });
  const joined = fc
    .record({
      kind: fc.constantFrom('and', 'or'),
      conditions: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    })
    .map((condition): Condition => condition);
  const negated = tie('condition').map((condition): Condition => ({ kind: 'not', condition }));
  return { condition: fc.oneof({ maxDepth: 3, depthSize: 'small' }, terms, any, joined, negated) };
});

describe('needlesOf()', () => {
  test('are in the JSON of every document that matches', () => {
    let matched = 0;
    fc.assert(
      fc.property(conditions, documents, (condition, document) => {
        if (!matches(condition, document)) return;
        matched += needlesOf(condition).length;
        const text = JSON.stringify([1, document]);
        expect(needlesOf(condition).filter((needle) => !text.includes(needle))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
    expect(matched).toBeGreaterThan(100);
  });

  test.each([
    { title: 'a comparison with a text', condition: compare('co', 'say "hi"'), needles: ['say \\"hi\\"'] },
    {
      title: 'all terms of an and',
      condition: { kind: 'and', conditions: [compare('eq', 'a'), compare('sw', 'b')] },
      needles: ['a', 'b'],
    },
    {
      title: 'no term of an or',
      condition: { kind: 'or', conditions: [compare('eq', 'a'), compare('eq', 'b')] },
      needles: [],
    },
    {
      title: 'nothing that must not hold',
      condition: { kind: 'not', condition: compare('eq', 'a') },
      needles: [],
    },
    { title: 'no other comparison', condition: compare('gt', 'a'), needles: [] },
    { title: 'no number', condition: compare('eq', 1), needles: [] },
  ] satisfies { title: string; condition: Condition; needles: string[] }[])(
    'names $title',
    ({ condition, needles }) => {
      expect(needlesOf(condition)).toEqual(needles);
    },
  );
});
