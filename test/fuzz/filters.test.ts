import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { toResourceDocument } from '../../lib/directory/resource-document.ts';
import type { CompareOp, CompValue, Filter } from '../../lib/scim/filter/ast.ts';
import { bindFilter } from '../../lib/scim/filter/bind.ts';
import { matches } from '../../lib/scim/filter/matches.ts';
import { printFilter } from '../../lib/scim/filter/printer.ts';
import type { JsonObject } from '../../lib/scim/json.ts';
import type { Attribute, Schema } from '../../lib/scim/schema/attribute.ts';
import { enterpriseUserSchema } from '../../lib/scim/schema/enterprise-user.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import { toSearchForm } from '../../lib/scim/schema/search-form.ts';
import { validateResource } from '../../lib/scim/validate.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { attributesOf, word } from '../../tools/fuzz/attributes.ts';
import { selects } from './naive-filter.ts';

const store = openEmbeddedStore({ path: ':memory:' });
afterAll(() => store.close());

const core: Schema = userType.schema;
const enterprise: Schema = enterpriseUserSchema;
const inSchemas = [core, enterprise];

const resource: fc.Arbitrary<JsonObject> = fc
  .tuple(word, attributesOf(core.attributes), attributesOf(enterprise.attributes))
  .map(([userName, plain, extended]) => ({
    schemas: [core.id],
    ...plain,
    [enterprise.id]: extended,
    userName,
  }))
  .filter(isValid)
  .map((body) => validateResource(body, userType, { context: 'create' }));

/** A body may have two values that are primary. */
function isValid(body: JsonObject): boolean {
  try {
    return validateResource(body, userType, { context: 'create' }) !== undefined;
  } catch {
    return false;
  }
}

/** In the middle or at an end of the words that resources have. */
const fragment = fc.constantFrom('or', 'ÖST', 'h', '@b', '.c', 'e', 'ork', 'Wo', 'x ', ' Y', 'o', '@');

const equality: readonly CompareOp[] = ['eq', 'ne'];
const ordered: readonly CompareOp[] = [...equality, 'gt', 'ge', 'lt', 'le'];
const operators: Readonly<Record<string, readonly CompareOp[]>> = {
  boolean: equality,
  binary: equality,
  integer: ordered,
  decimal: ordered,
  dateTime: ordered,
};
const literals: Readonly<Record<string, fc.Arbitrary<CompValue>>> = {
  boolean: fc.boolean(),
  binary: fc.constantFrom('AAAA', 'c2NpbQ=='),
  integer: fc.constantFrom(0, 1, -5),
  decimal: fc.constantFrom(0, 1.5),
  dateTime: fc.constantFrom('2011-05-13T04:42:34Z', '2030-01-01T00:00:00.5Z', '2011-05-13T06:42:34+02:00'),
};

interface Leaf {
  readonly path: { readonly urn?: string; readonly name: string; readonly sub?: string };
  readonly attribute: Attribute;
}

const isSearchable = ({ returned, mutability }: Attribute) =>
  returned !== 'never' && mutability !== 'writeOnly';

/** The attributes and sub-attributes that hold simple values. */
const leaves: readonly Leaf[] = inSchemas.flatMap(({ id, attributes }) =>
  attributes.filter(isSearchable).flatMap((attribute): readonly Leaf[] => {
    const base = { ...(id === enterprise.id && { urn: id }), name: attribute.name };
    if (attribute.type !== 'complex') return [{ path: base, attribute }];
    const { subAttributes = [] } = attribute;
    return subAttributes.map((sub) => ({ path: { ...base, sub: sub.name }, attribute: sub }));
  }),
);
const brackets = core.attributes.filter(({ type, multiValued }) => type === 'complex' && multiValued);

function comparison(path: Leaf['path'], attribute: Attribute): fc.Arbitrary<Filter> {
  const { type = 'string', canonicalValues = [] } = attribute;
  const all: readonly CompareOp[] = [...ordered, 'co', 'sw', 'ew', 'eq', 'eq'];
  const op = fc.constantFrom(...(operators[type] ?? all));
  const value = literals[type] ?? fc.oneof(word, fragment, fc.constantFrom('', ...canonicalValues));
  const compare = fc.record({ kind: fc.constant('compare' as const), path: fc.constant(path), op, value });
  const toNull = fc
    .constantFrom(...equality)
    .map((one): Filter => ({ kind: 'compare', path, op: one, value: null }));
  const present = fc.constant<Filter>({ kind: 'present', path });
  return fc.oneof(
    { weight: 6, arbitrary: compare },
    { weight: 1, arbitrary: toNull },
    { weight: 2, arbitrary: present },
  );
}

function combined(leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc
        .tuple(
          fc.constantFrom('and' as const, 'or' as const),
          fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, filters]): Filter => ({ kind, filters })),
      tie('filter').map((filter): Filter => ({ kind: 'not', filter })),
    ),
  })).filter;
}

const valuePath = fc.constantFrom(...brackets).chain((attribute) => {
  const inner = fc
    .constantFrom(...(attribute.subAttributes ?? []))
    .chain((sub) => comparison({ name: sub.name }, sub));
  return combined(inner).map(
    (filter): Filter => ({ kind: 'valuePath', path: { name: attribute.name }, filter }),
  );
});
const indexed = fc.constantFrom<Leaf['path']>({ name: 'userName' }, { name: 'emails', sub: 'value' });
const lookUp = fc
  .tuple(indexed, word)
  .map(([path, value]): Filter => ({ kind: 'compare', path, op: 'eq', value }));
const filterOfUsers = combined(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(...leaves).chain(({ path, attribute }) => comparison(path, attribute)),
    },
    { weight: 2, arbitrary: valuePath },
    { weight: 1, arbitrary: lookUp },
  ),
);

let tenants = 0;

/** Stores the resources as a tenant of their own and yields its name. */
async function keep(resources: readonly JsonObject[]): Promise<string> {
  tenants += 1;
  const tenantId = `t${tenants}`;
  const changes = resources.map((resource, index) => {
    const state = { tenantId, id: `u${index}`, type: userType, resource, revision: 1 };
    const document = toResourceDocument({
      ...state,
      created: '2030-01-01T00:00:00.000Z',
      lastModified: '2030-01-01T00:00:00.000Z',
    });
    return { op: 'create' as const, document };
  });
  await store.commit({ container: 'users', tenantId }, changes);
  return tenantId;
}

describe('a filter', () => {
  test('selects the same users as predicate, as query of the store and by the words of RFC 7644 3.4.2.2', async () => {
    let [selected, passed] = [0, 0];
    const kept = fc.array(resource, { minLength: 1, maxLength: 12 });
    const filters = fc.array(filterOfUsers, { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(kept, filters, async (resources, some) => {
        const tenantId = await keep(resources);
        for (const filter of some) {
          const where = bindFilter(filter, userType, (path) => ['search', ...path]);
          const byWords = idsWhere(resources, (resource) => selects(filter, resource, userType));
          const byPredicate = idsWhere(resources, (one) =>
            matches(where, { search: toSearchForm(one, userType) }),
          );
          const source = { container: 'users' as const, tenantId, kind: 'user', where };
          const { documents } = await store.query({ ...source, limit: 100 });

          const label = printFilter(filter);
          expect(byPredicate, `${label} as predicate`).toEqual(byWords);
          expect(documents.map(({ document }) => document.id).sort(), `${label} as query`).toEqual(byWords);
          expect(await store.count(source), `${label} counted`).toBe(byWords.length);
          selected += byWords.length;
          passed += resources.length - byWords.length;
        }
      }),
      { numRuns: 60 },
    );
    expect(Math.min(selected, passed)).toBeGreaterThan(300);
  });
});

function idsWhere(
  resources: readonly JsonObject[],
  holds: (resource: JsonObject) => boolean,
): readonly string[] {
  return resources.flatMap((resource, index) => (holds(resource) ? [`u${index}`] : [])).sort();
}
