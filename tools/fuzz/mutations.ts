import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';

/** Values that often cause errors in programs. */
export const oddValue: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(
    null,
    true,
    false,
    0,
    -1,
    1e308,
    2 ** 53,
    '',
    ' ',
    'True',
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
    '\u202e',
    'ß'.repeat(300),
    '𝒳',
    'a"b\\c',
    'urn:ietf:params:scim:schemas:core:2.0:User',
    '2011-13-45T99:99:99Z',
    [],
    {},
    [[]],
    [null],
    [{}],
    [{ value: null }],
    { value: '' },
    { $ref: '../Users/1', value: 'x' },
    { toString: 1, valueOf: 2 },
    { constructor: { prototype: { polluted: true } } },
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
);

const oddName = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    'id',
    'meta',
    'schemas',
    'Operations',
  ),
  fc.string({ maxLength: 12 }),
);

type Place = readonly number[];

interface Mutation {
  /** The member to follow at each level. */
  readonly place: Place;
  readonly kind: 'set' | 'drop' | 'add' | 'wrap' | 'repeat' | 'case';
  readonly value: JsonValue;
  readonly name: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
  kind: fc.constantFrom('set', 'set', 'drop', 'add', 'wrap', 'repeat', 'case'),
  value: oddValue,
  name: oddName,
});

/** Generates JSON, unchanged or with up to three changes inside. */
export function mutated(body: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> {
  return fc
    .tuple(body, fc.array(mutation, { maxLength: 3, size: 'max' }))
    .map(([value, mutations]) => mutations.reduce((changed, one) => mutate(changed, one, one.place), value));
}

function mutate(value: JsonValue, mutation: Mutation, [step, ...rest]: Place): JsonValue {
  if (typeof value !== 'object' || value === null || step === undefined) return mutation.value;
  const entries = Object.entries(value);
  const chosen = entries[step % Math.max(1, entries.length)];
  if (rest.length > 0 && chosen && typeof chosen[1] === 'object' && chosen[1] !== null) {
    return rebuild(
      value,
      entries.map((entry) => (entry === chosen ? [entry[0], mutate(entry[1], mutation, rest)] : entry)),
    );
  }
  return rebuild(value, changeEntries(entries, chosen, mutation));
}

type Entry = [string, JsonValue];

function changeEntries(
  entries: readonly Entry[],
  chosen: Entry | undefined,
  mutation: Mutation,
): readonly Entry[] {
  const { kind, value, name } = mutation;
  const others = entries.filter((entry) => entry !== chosen);
  if (kind === 'add' || !chosen) return [...entries, [name, value]];
  const [key, current] = chosen;
  switch (kind) {
    case 'set':
      return entries.map((entry) => (entry === chosen ? [key, value] : entry));
    case 'drop':
      return others;
    case 'wrap':
      return entries.map((entry) => (entry === chosen ? [key, [current]] : entry));
    case 'repeat':
      return [...entries, ...Array.from({ length: 50 }, (_, index): Entry => [`${key}${index}`, current])];
    case 'case':
      return [...others, [key.toUpperCase(), current]];
  }
}

/** Sets a member; `__proto__` becomes an own member, as with JSON.parse. */
function rebuild(like: JsonValue, entries: readonly Entry[]): JsonValue {
  if (Array.isArray(like)) return entries.map(([, inner]) => inner);
  return Object.fromEntries(entries) as JsonObject;
}

/** Generates text with a piece removed, inserted or doubled, or random noise. */
export function garbled(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      '\\u',
      '\\',
      '\u0000',
      '(',
      ')',
      ' and ',
      ' not ',
      '.',
      ':',
      '%',
      '&',
    ),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.nat({ max: 8 }),
    piece,
  });
  const changed = fc.tuple(text, fc.array(change, { minLength: 1, maxLength: 3 })).map(([whole, changes]) =>
    changes.reduce((now, { at, drop, piece: put }) => {
      const place = Math.floor(at * now.length);
      return now.slice(0, place) + put + now.slice(place + drop);
    }, whole),
  );
  return fc.oneof({ weight: 5, arbitrary: changed }, fc.string({ unit: 'binary', maxLength: 300 }));
}
