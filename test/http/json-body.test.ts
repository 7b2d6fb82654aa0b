import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { toJsonBody } from '../../lib/http/respond.ts';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';

const { elementsPerPieceMax } = limits;
const listOf = (length: number): readonly JsonValue[] =>
  Array.from({ length }, (_, n) => ({ value: `ü\ud83d\ude00"${n}`, type: 'User' }));

describe('toJsonBody()', () => {
  test('gives the text of a body without a long list', () => {
    const body = { schemas: ['a'], members: listOf(elementsPerPieceMax), meta: {} };
    expect(toJsonBody(body)).toBe(JSON.stringify(body));
  });

  test('streams what JSON.stringify() writes', async () => {
    const lengths = [0, 1, elementsPerPieceMax, elementsPerPieceMax + 1, elementsPerPieceMax * 3].map(listOf);
    const value = fc.oneof(fc.constantFrom(...lengths), fc.jsonValue()) as fc.Arbitrary<JsonValue>;
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), value), async (rest) => {
        const body: JsonObject = { ...rest, members: listOf(elementsPerPieceMax + 1) };
        const streamed = toJsonBody(body);
        expect(streamed).toBeInstanceOf(ReadableStream);
        expect(await new Response(streamed).text()).toBe(JSON.stringify(body));
      }),
      { numRuns: 50 },
    );
  });

  test('lets others have their turn whenever a slice is over', async () => {
    let turns = 0;
    const takeTurns = () => {
      turns += 1;
      others = setImmediate(takeTurns);
    };
    let others = setImmediate(takeTurns);
    let before = -1;
    let shared = 0;
    for await (const _ of toJsonBody({ members: listOf(100_000) }) as ReadableStream) {
      if (turns > before) shared += 1;
      before = turns;
    }
    clearImmediate(others);
    expect(shared).toBeGreaterThan(4);
  });
});
