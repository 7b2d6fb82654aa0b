import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';
import type { Attribute, ResourceType, Schema } from '../../lib/scim/schema/attribute.ts';
import { findAttribute } from '../../lib/scim/schema/lookup.ts';

/** Bodies that fit a resource type: some attributes, names in any case, some of them null or empty. */
export function arbitraryBody(type: ResourceType): fc.Arbitrary<JsonObject> {
  const extensions = type.extensions.map(({ schema }) => [schema.id, arbitraryAttributes(schema)] as const);
  return fc
    .tuple(
      arbitraryAttributes(type.schema),
      fc.record(Object.fromEntries(extensions), { requiredKeys: [] }),
      fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    )
    .map(([core, extended, externalId]) => ({
      schemas: [type.schema.id],
      ...(externalId !== undefined && { externalId }),
      ...core,
      ...extended,
    }));
}

function arbitraryAttributes({ attributes }: Pick<Schema, 'attributes'>): fc.Arbitrary<JsonObject> {
  const members = attributes.map((attribute) => {
    const given = fc.tuple(arbitraryCase(attribute.name), arbitraryValue(attribute));
    return attribute.required ? given : fc.option(given, { nil: undefined });
  });
  return fc
    .tuple(...members)
    .map((given) => Object.fromEntries(given.filter((member) => member !== undefined)));
}

function arbitraryCase(name: string): fc.Arbitrary<string> {
  return fc.constantFrom(name, name, name.toLowerCase(), name.toUpperCase());
}

function arbitraryValue(attribute: Attribute): fc.Arbitrary<JsonValue> {
  const single = arbitrarySingle(attribute);
  const value = attribute.multiValued ? fc.array(single, { maxLength: 4 }).map(onePrimary) : single;
  return attribute.required ? value : fc.oneof({ weight: 6, arbitrary: value }, fc.constant(null));
}

function arbitrarySingle(attribute: Attribute): fc.Arbitrary<JsonValue> {
  switch (attribute.type) {
    case 'complex':
      return arbitraryAttributes({ attributes: attribute.subAttributes ?? [] }).filter((complex) =>
        saysSomething(complex, attribute),
      );
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.maxSafeInteger();
    case 'decimal':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'dateTime':
      return fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map(toText);
    case 'reference':
      return fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.webPath());
    case 'binary':
      return fc.base64String();
    default:
      return attribute.required
        ? fc.string({ minLength: 1 }).map((text) => `${text}x`)
        : fc.string({ unit: 'grapheme' });
  }
}

/** Tests if a sub-attribute that clients can write has a value, or if the server alone writes the attribute. */
function saysSomething(complex: JsonObject, { subAttributes = [], mutability }: Attribute): boolean {
  if (mutability === 'readOnly') return true;
  return Object.entries(complex).some(([name, value]) => {
    const sub = findAttribute(subAttributes, name);
    return value !== null && sub !== undefined && sub.mutability !== 'readOnly';
  });
}

function toText(date: Date): string {
  return date.toISOString();
}

/** Leaves `primary` true in the first value that has it. */
function onePrimary(values: readonly JsonValue[]): readonly JsonValue[] {
  let seen = false;
  return values.map((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const members = Object.entries(value).map(([name, inner]): [string, JsonValue] => {
      if (name.toLowerCase() !== 'primary' || inner !== true) return [name, inner];
      const first = !seen;
      seen = true;
      return [name, first];
    });
    return Object.fromEntries(members);
  });
}
