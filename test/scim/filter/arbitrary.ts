import fc from 'fast-check';
import type { AttrPath, Filter, PatchPath } from '../../../lib/scim/filter/ast.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const characters = (set: string) => fc.constantFrom(...set);

export const attributeName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('and', 'or', 'not', 'pr', 'eq', 'true', 'null', '$ref', 'userName', 'constructor'),
  fc
    .tuple(characters(letters), fc.string({ unit: characters(`${letters}0123456789-_$`), maxLength: 8 }))
    .map(([first, rest]) => first + rest),
);

const urn = fc.constantFrom(
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  'urn:ietf:params:scim:schemas:core:2.0:User',
  'urn:a:b.c:d',
  'https://example.com/schema',
);

const attrPath: fc.Arbitrary<AttrPath> = fc.record(
  { urn, name: attributeName, sub: attributeName },
  { requiredKeys: ['name'] },
);

const compValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('"', '\\', 'a:b.c[d eq "e"]', ' and ', 'true', '', '\u2028', '\ud800'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const compareOp = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');

const attrExp: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ kind: fc.constant('compare'), path: attrPath, op: compareOp, value: compValue }),
  fc.record({ kind: fc.constant('present'), path: attrPath }),
) as fc.Arbitrary<Filter>;

/** Filters over `leaf` that keep the tree's invariants. */
function logExp(leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => {
    const terms = fc.array(tie('filter'), { minLength: 2, maxLength: 4 });
    const joined = (kind: 'and' | 'or') =>
      terms
        .map((filters) => filters.filter((term) => term.kind !== kind))
        .chain((filters) =>
          filters.length >= 2
            ? fc.constant<Filter>({ kind, filters })
            : fc.tuple(leaf, leaf).map((leaves): Filter => ({ kind, filters: leaves })),
        );
    return {
      filter: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        leaf,
        joined('and'),
        joined('or'),
        tie('filter').map((inner): Filter => ({ kind: 'not', filter: inner })),
      ),
    };
  });
  return filter;
}

const valueFilter = logExp(attrExp);
const valuePath: fc.Arbitrary<Filter> = fc
  .tuple(attrPath, valueFilter)
  .map(([path, filter]) => ({ kind: 'valuePath', path, filter }));

/** Filters that respect the invariants of the syntax tree. */
export const filterArbitrary: fc.Arbitrary<Filter> = logExp(fc.oneof(attrExp, valuePath));

export const patchPathArbitrary: fc.Arbitrary<PatchPath> = fc.oneof(
  attrPath.map((path) => ({ path })),
  fc.record(
    { path: attrPath, filter: valueFilter, sub: attributeName },
    { requiredKeys: ['path', 'filter'] },
  ),
);
