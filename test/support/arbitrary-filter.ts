import fc from 'fast-check';
import type { AttrPath, CompareOp, CompValue, Filter } from '../../lib/scim/filter/ast.ts';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';
import type { Attribute, ResourceType } from '../../lib/scim/schema/attribute.ts';
import { commonAttributes } from '../../lib/scim/schema/common.ts';
import { findAttribute } from '../../lib/scim/schema/lookup.ts';
import { isSecret } from '../../lib/scim/schema/search-form.ts';

/** An attribute that a filter can compare, and the values that some resources have there. */
interface Leaf {
  readonly path: AttrPath;
  readonly attribute: Attribute;
  readonly values: readonly CompValue[];
}

/** Memberships, which a directory compares in its own way. */
const edges: readonly string[] = ['groups', 'members'];
/** What no filter can compare. */
const unsearchable: readonly string[] = ['location', 'version'];

/** Filters that fit a resource type and mostly compare with what some of the resources hold. */
export function arbitraryFilter(type: ResourceType, resources: readonly JsonObject[]): fc.Arbitrary<Filter> {
  const attributes = [...commonAttributes, ...type.schema.attributes];
  const core = attributes.flatMap((attribute) => leavesOf(attribute, resources));
  const extended = type.extensions.flatMap(({ schema }) =>
    schema.attributes.flatMap((attribute) =>
      leavesOf(
        attribute,
        resources.map((resource) => objectIn(memberOf(resource, schema.id))),
      ).map((leaf) => ({
        ...leaf,
        path: { ...leaf.path, urn: schema.id },
      })),
    ),
  );
  const term = fc.constantFrom(...core, ...extended).chain(termOf);
  return fc.letrec<{ filter: Filter }>((tie) => {
    const joined = (kind: 'and' | 'or') =>
      fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map(
        (filters): Filter => ({
          kind,
          filters: filters.flatMap((one) => (one.kind === kind ? one.filters : [one])),
        }),
      );
    return {
      filter: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        { weight: 3, arbitrary: term },
        { weight: 1, arbitrary: valuePathOf(type, resources) },
        { weight: 1, arbitrary: joined('and') },
        { weight: 1, arbitrary: joined('or') },
        { weight: 1, arbitrary: tie('filter').map((filter): Filter => ({ kind: 'not', filter })) },
      ),
    };
  }).filter;
}

function leavesOf(attribute: Attribute, resources: readonly JsonObject[]): readonly Leaf[] {
  if (isSecret(attribute) || edges.includes(attribute.name)) return [];
  const found = resources.flatMap((resource) => listOf(memberOf(resource, attribute.name)));
  if (attribute.type !== 'complex') {
    return [{ path: { name: attribute.name }, attribute, values: found.filter(isSimple) }];
  }
  const subs = (attribute.subAttributes ?? []).filter(({ name }) => !unsearchable.includes(name));
  return subs.map((sub) => ({
    path: { name: attribute.name, sub: sub.name },
    attribute: sub,
    values: found.flatMap((value) => listOf(memberOf(objectIn(value), sub.name))).filter(isSimple),
  }));
}

/** Terms on the elements of one multi-valued attribute. */
function valuePathOf(type: ResourceType, resources: readonly JsonObject[]): fc.Arbitrary<Filter> {
  const holders = type.schema.attributes.filter(
    ({ multiValued, type: kind, name }) => multiValued && kind === 'complex' && !edges.includes(name),
  );
  const paths = holders.map((attribute) => {
    const inner = leavesOf(attribute, resources).map(({ path, ...leaf }) => ({
      ...leaf,
      path: { name: path.sub ?? '' },
    }));
    const term = fc.constantFrom(...inner).chain(termOf);
    return fc.array(term, { minLength: 1, maxLength: 2 }).map((filters): Filter => {
      const [first, ...others] = filters;
      const filter = first && others.length === 0 ? first : ({ kind: 'and', filters } as const);
      return { kind: 'valuePath', path: { name: attribute.name }, filter };
    });
  });
  return paths.length > 0 ? fc.oneof(...paths) : fc.constant({ kind: 'present', path: { name: 'id' } });
}

function termOf({ path, attribute, values }: Leaf): fc.Arbitrary<Filter> {
  const compare = fc
    .constantFrom(...operatorsOf(attribute))
    .chain((op) =>
      literalOf(attribute, op, values).map((value): Filter => ({ kind: 'compare', path, op, value })),
    );
  return fc.oneof(
    { weight: 4, arbitrary: compare },
    { weight: 1, arbitrary: fc.constant<Filter>({ kind: 'present', path }) },
  );
}

function operatorsOf({ type = 'string' }: Attribute): readonly CompareOp[] {
  if (type === 'boolean' || type === 'binary') return ['eq', 'ne'];
  const ordered: CompareOp[] = ['eq', 'eq', 'ne', 'gt', 'ge', 'lt', 'le'];
  return type === 'string' || type === 'reference' ? [...ordered, 'co', 'sw', 'ew'] : ordered;
}

function literalOf(
  { type = 'string' }: Attribute,
  op: CompareOp,
  values: readonly CompValue[],
): fc.Arbitrary<CompValue> {
  const known = values.length > 0 ? [{ weight: 5, arbitrary: fc.constantFrom(...values) }] : [];
  const none = op === 'eq' || op === 'ne' ? [{ weight: 1, arbitrary: fc.constant(null) }] : [];
  const literal = fc.oneof(...known, ...none, { weight: 1, arbitrary: anyLiteral(type) });
  if (op !== 'co' && op !== 'sw' && op !== 'ew') return literal;
  return fc.tuple(literal, fc.nat(3)).map(([value, length]) => partOf(String(value), op, length));
}

function partOf(text: string, op: 'co' | 'sw' | 'ew', length: number): string {
  const characters = Array.from(text);
  if (op === 'sw') return characters.slice(0, length).join('');
  return (op === 'ew' ? characters.slice(-length) : characters.slice(1, 1 + length)).join('');
}

function anyLiteral(type: string): fc.Arbitrary<CompValue> {
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'decimal') return fc.integer();
  return type === 'dateTime'
    ? fc.constantFrom('2030-01-01T00:00:00Z', '2001-01-01T00:00:00+01:00')
    : fc.string({ maxLength: 3 });
}

function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  const named = Object.keys(object).map((key) => ({ name: key }));
  const found = findAttribute(named as Attribute[], name);
  return found && object[found.name];
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as JsonValue];
}

function isSimple(value: JsonValue): value is Exclude<CompValue, null> {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
