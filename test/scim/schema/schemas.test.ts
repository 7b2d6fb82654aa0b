import { describe, expect, test } from 'vitest';
import type { Attribute, Schema } from '../../../lib/scim/schema/attribute.ts';
import { commonAttributes } from '../../../lib/scim/schema/common.ts';
import { describeAttributes } from '../../../lib/scim/schema/describe.ts';
import { enterpriseUserSchema } from '../../../lib/scim/schema/enterprise-user.ts';
import { groupSchema } from '../../../lib/scim/schema/group.ts';
import { resourceTypeSchema } from '../../../lib/scim/schema/resource-type.ts';
import { resourceTypes } from '../../../lib/scim/schema/resource-types.ts';
import { schemaSchema } from '../../../lib/scim/schema/schema.ts';
import { serviceProviderConfigSchema } from '../../../lib/scim/schema/service-provider-config.ts';
import { userSchema } from '../../../lib/scim/schema/user.ts';

const schemas: readonly Schema[] = [
  userSchema,
  groupSchema,
  enterpriseUserSchema,
  serviceProviderConfigSchema,
  resourceTypeSchema,
  schemaSchema,
];

function withSubAttributes(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.flatMap((attribute) => [attribute, ...withSubAttributes(attribute.subAttributes ?? [])]);
}

describe.each(schemas.map((schema) => [schema.name, schema] as const))('schema %s', (_, schema) => {
  const all = withSubAttributes(schema.attributes);

  test('describes every attribute in a sentence', () => {
    const poor = all.filter(({ description }) => !/^[A-Z].{8,}\.$/.test(description));
    expect(poor.map(({ name }) => name)).toEqual([]);
  });

  // RFC 7643 2.1: "ATTRNAME = ALPHA *(nameChar)"; "$ref" is the RFC's own exception.
  test('names attributes by the grammar, unique in any case', () => {
    for (const attributes of [schema.attributes, ...all.map((one) => one.subAttributes ?? [])]) {
      const names = attributes.map(({ name }) => name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => !/^(\$ref|[a-z][a-z0-9$_-]*)$/.test(name))).toEqual([]);
    }
  });

  test('gives referenceTypes to references alone and subAttributes to complex attributes alone', () => {
    const wrong = all.filter(
      ({ type, referenceTypes, subAttributes }) =>
        (type === 'reference') !== (referenceTypes !== undefined) ||
        (type === 'complex') !== (subAttributes !== undefined),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  // RFC 7643 2.3.6 and 2.3.7: "A binary is case exact", "A reference is case exact".
  test('compares references and binaries exactly', () => {
    const folded = all.filter(
      ({ type, caseExact }) => (type === 'reference' || type === 'binary') && !caseExact,
    );
    expect(folded.map(({ name }) => name)).toEqual([]);
  });

  // RFC 7643 2.3.8 and erratum 8415; RFC 7643 7 excepts the schema of schemas.
  test('has simple sub-attributes only', () => {
    const subs = schema.attributes.flatMap((attribute) => attribute.subAttributes ?? []);
    const complex: readonly Attribute[] = subs.filter((sub: Attribute) => sub.type === 'complex');
    expect(complex.map(({ name }) => name)).toEqual(schema === schemaSchema ? ['subAttributes'] : []);
  });
});

test('every resource type has the attributes that the stores and clients rely on', () => {
  expect(resourceTypes.map(({ name, endpoint }) => [name, endpoint])).toEqual([
    ['User', '/Users'],
    ['Group', '/Groups'],
  ]);
  const core = resourceTypes.flatMap(({ schema }) => schema.attributes.map(({ name }) => name));
  expect(core.filter((name) => commonAttributes.some((common) => common.name === name))).toEqual([]);
});

test('describeAttributes() writes every default out and only characteristics that apply', () => {
  const [userName] = describeAttributes(userSchema);
  const active = describeAttributes(userSchema).find(({ name }) => name === 'active');

  expect(userName).toEqual({
    name: 'userName',
    type: 'string',
    multiValued: false,
    description: userSchema.attributes[0]?.description,
    required: true,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'server',
  });
  expect(active).not.toHaveProperty('caseExact');
  expect(active).not.toHaveProperty('uniqueness');
});
