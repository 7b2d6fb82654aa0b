import type { JsonObject, JsonValue } from '../json.ts';
import type { Attribute, AttributeType, Schema } from './attribute.ts';

/** Types whose values have no case (RFC 7643 2.3). */
const caseless: ReadonlySet<AttributeType> = new Set([
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'complex',
]);
/** Types that cannot be unique (RFC 7643 2.3, erratum 6004). */
const neverUnique: ReadonlySet<AttributeType> = new Set(['boolean', 'dateTime', 'complex']);

/** Describes an attribute for clients, with all characteristics of its type and their defaults (RFC 7643 7). */
function describeAttribute(attribute: Attribute): JsonObject {
  const { name, description, type = 'string', canonicalValues, referenceTypes, subAttributes } = attribute;
  const described: Record<string, JsonValue> = {
    name,
    type,
    multiValued: attribute.multiValued ?? false,
    description,
    required: attribute.required ?? false,
  };
  if (canonicalValues) described.canonicalValues = canonicalValues;
  if (!caseless.has(type)) described.caseExact = attribute.caseExact ?? false;
  described.mutability = attribute.mutability ?? 'readWrite';
  described.returned = attribute.returned ?? 'default';
  if (!neverUnique.has(type)) described.uniqueness = attribute.uniqueness ?? 'none';
  if (referenceTypes) described.referenceTypes = referenceTypes;
  if (subAttributes) described.subAttributes = subAttributes.map(describeAttribute);
  return described;
}

const described = new WeakMap<Schema, readonly JsonObject[]>();

/** Describes the attributes of a schema for clients (RFC 7643 8.7.1). The result is kept for later calls. */
export function describeAttributes(schema: Schema): readonly JsonObject[] {
  let attributes = described.get(schema);
  if (!attributes) {
    attributes = schema.attributes.map(describeAttribute);
    described.set(schema, attributes);
  }
  return attributes;
}
