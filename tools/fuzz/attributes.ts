import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';
import type { Attribute, Schema } from '../../lib/scim/schema/attribute.ts';
import { enterpriseUserSchema } from '../../lib/scim/schema/enterprise-user.ts';
import { groupSchema } from '../../lib/scim/schema/group.ts';
import { userSchema } from '../../lib/scim/schema/user.ts';

const words = ['a', 'B', 'b', 'x y', 'Österreich', 'work', 'home', 'a@b.c', 'Ω', '1'];
/** Words from a small set, so that they often match each other. */
export const word = fc.constantFrom(...words);
const times = ['2011-05-13T04:42:34Z', '2011-05-13T06:42:34+02:00', '2030-01-01T00:00:00.5Z'];

/** Generates a value that fits an attribute. */
export function fittingValue(attribute: Attribute): fc.Arbitrary<JsonValue> {
  const single = singleOf(attribute);
  return attribute.multiValued ? fc.array(single, { maxLength: 3 }) : single;
}

function singleOf(attribute: Attribute): fc.Arbitrary<JsonValue> {
  const { type = 'string', canonicalValues = [], subAttributes = [] } = attribute;
  switch (type) {
    case 'complex':
      return attributesOf(subAttributes);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'decimal':
      return fc.constantFrom(0, 1, -5);
    case 'dateTime':
      return fc.constantFrom(...times);
    case 'binary':
      return fc.constantFrom('AAAA', 'c2NpbQ==');
    default:
      return canonicalValues.length > 0 ? fc.constantFrom(...canonicalValues) : word;
  }
}

/** Generates some of the attributes, with values that fit. */
export function attributesOf(attributes: readonly Attribute[]): fc.Arbitrary<JsonObject> {
  const entry = fc
    .constantFrom(...attributes)
    .chain((attribute) => fittingValue(attribute).map((value) => [attribute.name, value] as const));
  return fc.array(entry, { maxLength: 5 }).map((entries) => Object.fromEntries(entries));
}

const schemas: readonly Schema[] = [userSchema, userSchema, enterpriseUserSchema, groupSchema];

/** Generates an attribute with a path to it, or to one of its sub-attributes. */
export const attributePath: fc.Arbitrary<{ path: string; attribute: Attribute; of?: Attribute }> = fc
  .constantFrom(...schemas)
  .chain((schema) =>
    fc.tuple(fc.constant(schema), fc.constantFrom(...schema.attributes), fc.boolean(), fc.nat()),
  )
  .map(([schema, attribute, qualified, index]) => {
    const prefix = qualified || schema === enterpriseUserSchema ? `${schema.id}:` : '';
    const { subAttributes = [] } = attribute;
    const sub = subAttributes[index % (subAttributes.length + 1)];
    const path = `${prefix}${attribute.name}`;
    return sub ? { path: `${path}.${sub.name}`, attribute: sub, of: attribute } : { path, attribute };
  });

const compareOp = fc.constantFrom('eq', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'like');
const literal = fc.oneof(
  word.map((text) => JSON.stringify(text)),
  fc.constantFrom(
    ...times.map((time) => JSON.stringify(time)),
    'true',
    'false',
    'null',
    '1',
    '-1.5e3',
    'unquoted',
  ),
);
const comparison = fc.oneof(
  fc.tuple(attributePath, compareOp, literal).map(([{ path }, op, value]) => `${path} ${op} ${value}`),
  attributePath.map(({ path }) => `${path} pr`),
  fc
    .tuple(
      fc.constantFrom('emails', 'phoneNumbers', 'addresses', 'members'),
      fc.constantFrom('type', 'value'),
      literal,
    )
    .map(([path, sub, value]) => `${path}[${sub} eq ${value} and not (primary eq true)]`),
  fc.constantFrom('id eq "x"', 'meta.created gt "2011-05-13T04:42:34Z"', 'schemas eq "x"', 'groups eq "x"'),
);

/** Generates the text of a filter on the existing attributes. */
export const filterText: fc.Arbitrary<string> = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc
      .tuple(fc.array(tie('filter'), { minLength: 2, maxLength: 4 }), fc.constantFrom(' and ', ' or '))
      .map(([terms, word]) => `(${terms.join(word)})`),
    tie('filter').map((filter) => `not (${filter})`),
  ),
})).filter;
