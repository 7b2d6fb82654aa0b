import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { requireJsonBounds } from '../../lib/http/json-bounds.ts';

const { jsonDepthMax, jsonMembersMax, jsonValuesMax } = limits;
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const object = (members: number) => JSON.stringify(Object.fromEntries(Array(members).fill(0).entries()));

describe('D20: the bounds of a JSON text, before it is parsed', () => {
  test.each([
    ['two megabytes of brackets', '['.repeat(2_000_000), 'nested deeper'],
    ['brackets beside strings', `{"a":"]\\"]","b":${nested(jsonDepthMax)}}`, 'nested deeper'],
    ['objects and arrays in turn', '[{"a":'.repeat(jsonDepthMax), 'nested deeper'],
    ['an object with too many members', `[${object(jsonMembersMax + 1)}]`, 'must not have more than'],
    ['too many values', `[${'{},'.repeat(jsonValuesMax)}1]`, 'send several smaller requests'],
  ])('refuse %s', (_, text, detail) => {
    expect(() => requireJsonBounds(text)).toThrow(detail);
  });

  test.each([
    ['the greatest depth', nested(jsonDepthMax)],
    ['as many members as an object may have, twice', `[${object(jsonMembersMax)},${object(jsonMembersMax)}]`],
    [
      'brackets, commas and quotes in strings',
      JSON.stringify(['[{"'.repeat(1_000), '\\', '\\"[', ','.repeat(9_000)]),
    ],
    ['an array longer than objects may be', JSON.stringify(Array(jsonMembersMax * 2).fill({ value: 'x' }))],
    ['what is no JSON, which the parser refuses', ']]]}}},"\\'],
  ])('let %s pass', (_, text) => {
    expect(() => requireJsonBounds(text)).not.toThrow();
  });

  test('let any small value pass, however it is written', () => {
    const spaces = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), spaces, (value, space) => {
        expect(() => requireJsonBounds(JSON.stringify(value, undefined, space))).not.toThrow();
      }),
    );
  });
});
