import { describe, expect, test } from 'vitest';
import {
  queryResourceTypes,
  querySchemas,
  retrieveResourceType,
  retrieveSchema,
  retrieveServiceProviderConfig,
} from '../../lib/provisioning/discovery.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../lib/scim/json.ts';
import { resourceTypes } from '../../lib/scim/schema/resource-types.ts';
import published from '../fixtures/rfc7643-8.7-characteristics.json' with { type: 'json' };

const scope = {
  interop: false,
  changesPassword: true,
  issuesTokens: false,
  baseUrl: 'https://scim.example.com/scim/v2',
  types: resourceTypes,
};

type Characteristics = Readonly<Record<string, JsonObject>>;

/** Attribute paths with their characteristics, without names, descriptions and empty lists. */
function characteristicsOf(attributes: JsonValue | undefined, prefix = ''): Characteristics {
  const found: Record<string, JsonObject> = {};
  for (const attribute of isJsonArray(attributes) ? attributes.filter(isJsonObject) : []) {
    const { name, description: _, subAttributes, ...characteristics } = attribute;
    found[`${prefix}${name}`] = characteristics;
    Object.assign(found, characteristicsOf(subAttributes, `${prefix}${name}.`));
  }
  return found;
}

/** What differs, as `path characteristic: published -> ours`. */
function differences(ours: Characteristics, theirs: Characteristics): readonly string[] {
  const paths = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  return [...paths].flatMap((path) => {
    const [a, b] = [theirs[path], ours[path]];
    if (!a || !b) return [`${path}: ${a ? 'only published' : 'only ours'}`];
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return names
      .filter((name) => written(a[name]) !== written(b[name]))
      .map((name) => `${path} ${name}: ${written(a[name])} -> ${written(b[name])}`);
  });
}

function written(value: JsonValue | undefined): string {
  return value === undefined || (isJsonArray(value) && value.length === 0) ? 'none' : JSON.stringify(value);
}

const core = 'urn:ietf:params:scim:schemas:core:2.0';
const types = '"string","complex","boolean","decimal","integer","dateTime"';

/** All differences from RFC 7643 8.7, with their reasons; references and binaries are treated below. */
const expectedDifferences: Readonly<Record<string, readonly string[]>> = {
  [`${core}:User`]: [
    // Erratum 6004: complex attributes carry no uniqueness.
    'name uniqueness: "none" -> none',
    'emails uniqueness: "none" -> none',
    'addresses uniqueness: "none" -> none',
    // RFC 7643 4.1.2 lists "other".
    'ims.type canonicalValues: ["aim","gtalk","icq","xmpp","msn","skype","qq","yahoo"] -> ' +
      '["aim","gtalk","icq","xmpp","msn","skype","qq","yahoo","other"]',
    // It holds an id, and ids compare exactly (RFC 7643 3.1).
    'groups.value caseExact: false -> true',
    // Erratum 8471.
    'groups.$ref referenceTypes: ["User","Group"] -> ["Group"]',
    // RFC 7643 2.3.8: a complex attribute has no case.
    'x509Certificates caseExact: false -> none',
    // RFC 7643 2.4 and 8.2 have it, and clients send it.
    'addresses.primary: only ours',
  ],
  [`${core}:Group`]: [
    // Erratum 5368.
    'displayName required: false -> true',
    // It holds an id.
    'members.value caseExact: false -> true',
    // RFC 7643 2.4 has it as a default sub-attribute.
    'members.display: only ours',
  ],
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': [
    // Erratum 8472.
    'manager.value caseExact: false -> true',
  ],
  [`${core}:ServiceProviderConfig`]: [
    // RFC 7643 5 requires them; 8.5 shows primary.
    'etag: only ours',
    'etag.supported: only ours',
    // The interoperability profile.
    // RFC 9865 4.
    'pagination: only ours',
    'pagination.cursor: only ours',
    'pagination.index: only ours',
    'pagination.defaultPaginationMethod: only ours',
    'pagination.defaultPageSize: only ours',
    'pagination.maxPageSize: only ours',
    'pagination.cursorTimeout: only ours',
    'authenticationSchemes.type: only ours',
    'authenticationSchemes.primary: only ours',
  ],
  [`${core}:ResourceType`]: [
    // RFC 7643 3.1 takes precedence.
    'id caseExact: false -> true',
    'id returned: "default" -> "always"',
    // Erratum 8475.
    'name uniqueness: "none" -> "server"',
    'endpoint uniqueness: "none" -> "server"',
    // RFC 7643 6: "A list of URIs", "OPTIONAL".
    'schemaExtensions multiValued: false -> true',
    'schemaExtensions required: true -> false',
  ],
  [`${core}:Schema`]: [
    // RFC 7643 3.1 takes precedence.
    'id caseExact: false -> true',
    'id returned: "default" -> "always"',
    // RFC 7643 2.3.6 defines the type binary, and x509Certificates has it.
    `attributes.type canonicalValues: [${types},"reference"] -> [${types},"binary","reference"]`,
    `attributes.subAttributes.type canonicalValues: [${types},"reference"] -> ` +
      `[${types},"binary","reference"]`,
    // RFC 7643 7: "A multi-valued array of JSON strings".
    'attributes.subAttributes.referenceTypes multiValued: false -> true',
  ],
};

/** RFC 7643 2.3.6 and 2.3.7: "A binary is case exact", "A reference is case exact". */
function withExactTypes(published: Characteristics): Characteristics {
  const corrected = Object.entries(published).map(([path, one]) => {
    const exact = one.type === 'reference' || one.type === 'binary';
    return [path, exact ? { ...one, caseExact: true } : one] as const;
  });
  return Object.fromEntries(corrected);
}

describe('retrieveSchema()', () => {
  test.each(Object.entries(published))('gives the characteristics of RFC 7643 8.7 for %s', (id, theirs) => {
    const ours = characteristicsOf(retrieveSchema(scope, id).attributes);

    const found = differences(ours, withExactTypes(theirs as Characteristics));

    const advice = 'correct lib/scim/schema, or list the difference and its reason in expectedDifferences';
    expect([...found].sort(), advice).toEqual([...(expectedDifferences[id] ?? [])].sort());
  });

  test('finds a URN in any case and gives its meta and schemas', () => {
    const schema = retrieveSchema(scope, 'URN:IETF:params:scim:schemas:core:2.0:group');

    expect(schema).toMatchObject({
      schemas: [`${core}:Schema`],
      id: `${core}:Group`,
      name: 'Group',
      meta: { resourceType: 'Schema', location: `${scope.baseUrl}/Schemas/${core}:Group` },
    });
  });

  test('throws notFound for a URN that is not served', () => {
    expect(() => retrieveSchema(scope, 'urn:example:x')).toThrow(
      expect.objectContaining({ code: 'notFound', message: 'There is no schema "urn:example:x"' }),
    );
  });
});

describe('querySchemas()', () => {
  test('lists each schema of resource types, extensions and discovery once', () => {
    const list = querySchemas(scope);

    expect(list).toMatchObject({ totalResults: 6, startIndex: 1, itemsPerPage: 6 });
    expect(idsIn(list)).toEqual([
      `${core}:User`,
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
      `${core}:Group`,
      `${core}:ServiceProviderConfig`,
      `${core}:ResourceType`,
      `${core}:Schema`,
    ]);
  });

  // RFC 7644 4: "If a "filter" is provided, the service provider SHOULD respond with HTTP status code 403".
  test('throws forbidden for a filter', () => {
    const query = { filter: 'id pr' };
    expect(() => querySchemas(scope, query)).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(() => queryResourceTypes(scope, query)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });
});

describe('queryResourceTypes()', () => {
  test('lists the resource types with their extensions', () => {
    const list = queryResourceTypes(scope);

    expect(idsIn(list)).toEqual(['User', 'Group']);
    expect(list.Resources).toContainEqual({
      schemas: [`${core}:ResourceType`],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: 'User accounts',
      schema: `${core}:User`,
      schemaExtensions: [
        { schema: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', required: false },
      ],
      meta: { resourceType: 'ResourceType', location: `${scope.baseUrl}/ResourceTypes/User` },
    });
  });
});

describe('retrieveResourceType()', () => {
  test('gives one type, without schemaExtensions when it has none', () => {
    const group = retrieveResourceType(scope, 'Group');
    expect(group).toMatchObject({ id: 'Group', endpoint: '/Groups', schema: `${core}:Group` });
    expect(group).not.toHaveProperty('schemaExtensions');
  });

  test('throws notFound for a name that is not served', () => {
    expect(() => retrieveResourceType(scope, 'user')).toThrow(expect.objectContaining({ code: 'notFound' }));
  });
});

describe('retrieveServiceProviderConfig()', () => {
  test('tells what the service provider can do now', () => {
    expect(retrieveServiceProviderConfig(scope)).toEqual({
      schemas: [`${core}:ServiceProviderConfig`],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 4_194_304 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: true },
      sort: { supported: true },
      etag: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: 100,
        maxPageSize: 1000,
        cursorTimeout: 3600,
      },
      authenticationSchemes: [
        {
          type: 'oauthbearertoken',
          name: 'Bearer key',
          description: 'Send a key in the Authorization header, after the word Bearer',
          specUri: 'https://www.rfc-editor.org/info/rfc6750',
          primary: true,
        },
      ],
      meta: {
        resourceType: 'ServiceProviderConfig',
        location: `${scope.baseUrl}/ServiceProviderConfig`,
      },
    });
  });

  test('names OAuth 2 beside keys where tokens are issued (RFC 7643 5)', () => {
    const { authenticationSchemes } = retrieveServiceProviderConfig({ ...scope, issuesTokens: true });
    expect(authenticationSchemes).toEqual([
      expect.objectContaining({ type: 'oauthbearertoken', primary: true }),
      {
        type: 'oauth2',
        name: 'OAuth 2.0 client credentials',
        description:
          'Send a token from https://scim.example.com/oauth/token in the Authorization header, after the word Bearer',
        specUri: 'https://www.rfc-editor.org/info/rfc6749',
        primary: false,
      },
    ]);
  });

  test('says that the endpoint follows the interoperability profile, and nothing of it elsewhere', () => {
    expect(retrieveServiceProviderConfig({ ...scope, interop: true })).toMatchObject({
      interopProfileConformant: true,
    });
    expect(retrieveServiceProviderConfig(scope)).not.toHaveProperty('interopProfileConformant');
  });

  test.each([
    ['ServiceProviderConfig', () => [retrieveServiceProviderConfig(scope)]],
    ['ResourceType', () => resourcesIn(queryResourceTypes(scope))],
    // The schema of schemas nests once more than it can declare (RFC 7643 7).
    ['Schema', () => resourcesIn(querySchemas(scope)).filter(({ name }) => name !== 'Schema')],
  ])('every %s has exactly the attributes that its schema declares, required ones included', (name, give) => {
    const declared = retrieveSchema(scope, `${core}:${name}`).attributes;
    for (const resource of give()) {
      const { schemas, meta, ...own } = resource;
      expect(schemas).toEqual([`${core}:${name}`]);
      expect(meta).toMatchObject({ resourceType: name });
      expect(strayNames({ id: resource.id ?? 'none', ...own }, declared)).toEqual([]);
    }
  });
});

/** Names that a value has and its schema lacks, and required names that it lacks. */
function strayNames(value: JsonObject, declared: JsonValue | undefined): readonly string[] {
  const attributes = isJsonArray(declared) ? declared.filter(isJsonObject) : [];
  const known = attributes.map(({ name }) => name);
  const unknown = Object.keys(value).filter((name) => name !== 'id' && !known.includes(name));
  const missing = attributes.filter(({ name, required }) => required && !(String(name) in value));
  const inside = attributes.flatMap(({ name, subAttributes }) => {
    const inner = value[String(name)];
    const elements = isJsonArray(inner) ? inner : [inner];
    return elements.filter(isJsonObject).flatMap((element) => strayNames(element, subAttributes));
  });
  return [...unknown, ...missing.map(({ name }) => String(name)), ...inside];
}

function resourcesIn(list: JsonObject): readonly JsonObject[] {
  return isJsonArray(list.Resources) ? list.Resources.filter(isJsonObject) : [];
}

function idsIn(list: JsonObject): readonly JsonValue[] {
  return resourcesIn(list).map(({ id }) => id ?? null);
}
