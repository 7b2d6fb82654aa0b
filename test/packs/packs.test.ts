import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createCatalogue } from '../../lib/packs/catalogue.ts';
import { loadPacks } from '../../lib/packs/load-packs.ts';
import { type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';

const badge = 'urn:example:scim:schemas:core:1.0:Badge';
const wearer = 'urn:example:scim:schemas:extension:1.0:User';
const coreUser = 'urn:ietf:params:scim:schemas:core:2.0:User';

let endpoint: Endpoint;
let plain: TenantAccess;
let packed: TenantAccess;

beforeAll(async () => {
  endpoint = await startEndpoint({ env: { MUSTER_PACKS: 'test/fixtures/packs' } });
  plain = endpoint;
  const packs = ['badges', 'devices', 'group-description', 'okta-entitlements'];
  packed = await endpoint.createTenant({
    name: 'Packed',
    profile: 'rfc',
    policy: { endpoint: { packs } },
  });
  return () => endpoint.stop();
});

describe('a tenant with packs', () => {
  test('finds their types and schemas in discovery', async () => {
    const types = await scim(packed, 'GET', '/ResourceTypes');
    const names = types.body.Resources.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['User', 'Group', 'Device', 'EndpointApp', 'Role', 'Entitlement', 'Badge']);
    const user = await scim(packed, 'GET', '/ResourceTypes/User');
    expect(user.body.schemaExtensions).toContainEqual({ schema: wearer, required: false });
    const schema = await scim(packed, 'GET', `/Schemas/${badge}`);
    expect(schema.body.attributes[0]).toMatchObject({ name: 'number', required: true, uniqueness: 'server' });
  });

  test('creates, filters, modifies and deletes a resource of a custom type', async () => {
    const body = { schemas: [badge], number: 'B-1', issued: '2026-01-02T03:04:05+01:00', pin: '1234' };
    const created = await scim(packed, 'POST', '/Badges', body);
    expect(created).toMatchObject({ status: 201, body: { schemas: [badge], number: 'B-1' } });
    expect(created.body).not.toHaveProperty('pin');
    expect(created.headers.get('location')).toBe(`${packed.tenantUrl}/Badges/${created.body.id}`);

    const duplicate = await scim(packed, 'POST', '/Badges', { ...body, number: 'b-1' });
    expect(duplicate).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });

    const filter = encodeURIComponent('issued lt "2026-01-02T02:04:06Z" and number eq "b-1"');
    const found = await scim(packed, 'GET', `/Badges?filter=${filter}`);
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: created.body.id }] });

    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: `${badge}:number`, value: 'B-2' }],
    };
    const modified = await scim(packed, 'PATCH', `/Badges/${created.body.id}`, patch);
    expect(modified).toMatchObject({ status: 200, body: { number: 'B-2' } });
    expect(await scim(packed, 'DELETE', `/Badges/${created.body.id}`)).toMatchObject({ status: 204 });
    expect(await scim(packed, 'GET', `/Badges/${created.body.id}`)).toMatchObject({ status: 404 });
  });

  test('keeps an extension that a pack adds to users', async () => {
    const body = { schemas: [coreUser, wearer], userName: 'wearer@example.com', [wearer]: { badge: 'B-7' } };
    const created = await scim(packed, 'POST', '/Users', body);
    expect(created).toMatchObject({ status: 201, body });
    const filter = encodeURIComponent(`${wearer}:badge eq "B-7"`);
    const found = await scim(packed, 'GET', `/Users?filter=${filter}`);
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [body] });
  });

  test('takes what RFC 9944 puts into a device', async () => {
    const ble = 'urn:ietf:params:scim:schemas:extension:ble:2.0:Device';
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Device', ble],
      displayName: 'Heart monitor',
      active: true,
      [ble]: {
        versionSupport: ['5.3'],
        deviceMacAddress: '2C:54:91:88:C9:E2',
        pairingMethods: ['urn:x:y'],
        irk: 'k',
      },
    };
    const created = await scim(packed, 'POST', '/Devices', body);
    expect(created).toMatchObject({ status: 201, body: { displayName: 'Heart monitor' } });
    expect(created.body[ble]).not.toHaveProperty('irk');
  });

  test('answers the calls by which Okta discovers roles and entitlements', async () => {
    const types = await scim(packed, 'GET', '/ResourceTypes');
    const okta = types.body.Resources.filter(({ schema }: { schema: string }) =>
      schema.startsWith('urn:okta:'),
    );
    expect(okta).toHaveLength(2);
    await scim(packed, 'POST', '/Roles', {
      schemas: ['urn:okta:scim:schemas:core:1.0:Role'],
      displayName: 'Admin',
    });
    const roles = await scim(packed, 'GET', '/Roles?count=1&startIndex=1');
    expect(roles).toMatchObject({ status: 200, body: { startIndex: 1, itemsPerPage: 1 } });
  });
});

describe('a tenant with AI agents', () => {
  const agentUrn = 'urn:ietf:params:scim:schemas:core:2.0:Agent';
  const applicationUrn = 'urn:ietf:params:scim:schemas:core:2.0:AgenticApplication';
  const tenantWith = (pack: string) =>
    endpoint.createTenant({ name: pack, profile: 'rfc', policy: { endpoint: { packs: [pack] } } });

  test.each([
    ['agents-wzdk', 'agentUserName', ['Agent']],
    ['agents-older', 'name', ['Agent', 'AgenticApplication']],
  ])('%s has what its draft describes', async (pack, name, types) => {
    const tenant = await tenantWith(pack);
    const { body: discovered } = await scim(tenant, 'GET', '/ResourceTypes');
    const found = discovered.Resources.map((type: { name: string }) => type.name);
    expect(found).toEqual(['User', 'Group', ...types]);
    const { body: schema } = await scim(tenant, 'GET', `/Schemas/${agentUrn}`);
    expect(schema.attributes[0]).toMatchObject({ name, required: true, uniqueness: 'server' });

    const owner = (await scim(tenant, 'POST', '/Users', { schemas: [coreUser], userName: 'owner' })).body.id;
    const agent = {
      schemas: [agentUrn],
      externalId: 'agent-42',
      [name]: 'support-agent',
      displayName: 'Support',
      description: 'Answers',
      active: true,
      owners: [{ value: owner }],
    };
    const created = await scim(tenant, 'POST', '/Agents', agent);
    expect(created).toMatchObject({ status: 201, body: agent });
    const twice = await scim(tenant, 'POST', '/Agents', { ...agent, [name]: 'SUPPORT-agent' });
    expect(twice).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    const nameless = await scim(tenant, 'POST', '/Agents', { schemas: [agentUrn], displayName: 'Nobody' });
    expect(nameless).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });

    for (const filter of [
      `${name} eq "Support-Agent"`,
      'externalId eq "agent-42"',
      `owners[value eq "${owner}"]`,
    ]) {
      const list = await scim(tenant, 'GET', `/Agents?filter=${encodeURIComponent(filter)}`);
      expect(list.body).toMatchObject({ totalResults: 1, Resources: [{ id: created.body.id }] });
    }
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [
        { op: 'replace', path: 'active', value: false },
        { op: 'remove', path: `owners[value eq "${owner}"]` },
      ],
    };
    const modified = await scim(tenant, 'PATCH', `/Agents/${created.body.id}`, patch);
    expect(modified).toMatchObject({ status: 200, body: { active: false } });
    expect(modified.body).not.toHaveProperty('owners');
    expect(await scim(tenant, 'DELETE', `/Agents/${created.body.id}`)).toMatchObject({ status: 204 });
  });

  test('agents-older finds an application by its URL, and names its agents', async () => {
    const tenant = await tenantWith('agents-older');
    const application = {
      schemas: [applicationUrn],
      name: 'Platform',
      applicationUrls: [{ type: 'homepage', value: 'https://assistant.example.com', primary: true }],
      oAuthConfiguration: [{ clientId: '0oa1', redirectUri: ['https://assistant.example.com/callback'] }],
      agents: [{ value: 'agent-1', type: 'owned' }],
    };
    const created = await scim(tenant, 'POST', '/AgenticApplications', application);
    expect(created).toMatchObject({ status: 201, body: application });
    const filter = encodeURIComponent('applicationUrls.value eq "https://assistant.example.com"');
    const list = await scim(tenant, 'GET', `/AgenticApplications?filter=${filter}`);
    expect(list.body.totalResults).toBe(1);
  });

  test('cannot have both packs, by creation and by edit', async () => {
    const endpointOf = (packs: readonly string[]) => ({ policy: { endpoint: { packs } } });
    const { tenantId } = await tenantWith('agents-wzdk');
    const both = ['agents-wzdk', 'agents-older'];
    for (const answer of [
      await endpoint.manage('POST', '/manage/tenants', { name: 'Both', ...endpointOf(both) }),
      await endpoint.manage('PATCH', `/manage/tenants/${tenantId}`, endpointOf(both)),
    ]) {
      expect([answer.status, answer.body.detail]).toEqual([
        400,
        'policy.endpoint.packs names agents-older and agents-wzdk, which both declare the resource type Agent: ' +
          'name only one of them',
      ]);
    }
    const edited = await endpoint.manage(
      'PATCH',
      `/manage/tenants/${tenantId}`,
      endpointOf(['agents-older']),
    );
    expect(edited.status).toBe(200);
  });
});

describe('a tenant without packs', () => {
  test('has no endpoint of theirs and no schema', async () => {
    expect(await scim(plain, 'GET', '/Badges')).toMatchObject({ status: 404, body: { status: '404' } });
    expect(await scim(plain, 'GET', `/Schemas/${badge}`)).toMatchObject({ status: 404 });
    const types = await scim(plain, 'GET', '/ResourceTypes');
    expect(types.body.totalResults).toBe(2);
  });

  test('finds a group description that Entra sends among the core attributes only with the pack', async () => {
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Sales',
      description: 'Sells',
    };
    const extension = 'urn:ietf:params:scim:schemas:extension:muster:2.0:Group';
    expect((await scim(plain, 'POST', '/Groups', body)).body).not.toHaveProperty(extension);
    const described = await endpoint.createTenant({
      name: 'D',
      policy: { endpoint: { packs: ['group-description'] } },
    });
    const created = await scim(described, 'POST', '/Groups', body);
    expect(created.body[extension]).toEqual({ description: 'Sells' });
  });
});

describe('the management API', () => {
  test('refuses a pack that the deployment has not', async () => {
    const answer = await endpoint.manage('POST', '/manage/tenants', {
      name: 'X',
      policy: { endpoint: { packs: ['nope'] } },
    });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect(answer.body.detail).toContain('badges');
  });
});

describe('loadPacks()', () => {
  const folderWith = (content: unknown) => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-packs-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'own.json'), JSON.stringify(content));
    return folder;
  };
  const pack = {
    id: 'own',
    description: 'Own',
    schemas: [{ id: badge, name: 'B', description: 'B', attributes: [] }],
  };

  test('names the file and the place of a fault', () => {
    const faulty = { ...pack, schemas: [{ ...pack.schemas[0], attributes: [{ name: 'a', type: 'text' }] }] };
    expect(() => loadPacks(folderWith(faulty))).toThrow(/own\.json.*schemas\.0\.attributes\.0\.type/);
  });

  test.each([
    ['{"id": "own",\n "schemas" []}', /own\.json.*line 2, column/],
    ['{"id": "own"', /own\.json.*line 1, column 13/],
    ['', /own\.json.*line 1, column 1/],
    ['{"id": "own",}', /own\.json.*line 1, column 14/],
    ['[1,\n2,\n}', /own\.json.*line 3, column 1/],
    ["{'id': 1}", /own\.json.*line 1, column 2/],
    ['// a pack\n{}', /own\.json.*line 1, column 1/],
    ['{"a": 01}', /own\.json.*line 1, column/],
    ['{"a": "b\n"}', /own\.json.*line 1, column/],
    ['{} {}', /own\.json.*line 1, column 4/],
    [Buffer.from([0x7b, 0xff, 0x7d]), /own\.json.*UTF-8/],
    ['[]', /own\.json cannot be used/],
    ['null', /own\.json cannot be used/],
  ])('C8: names the file and the place of a fault in %j', (content, message) => {
    const folder = folderWith({});
    writeFileSync(join(folder, 'own.json'), content);
    expect(() => loadPacks(folder)).toThrow(message);
  });

  test('C8: reads a file with a byte order mark', () => {
    const folder = folderWith({});
    writeFileSync(join(folder, 'own.json'), `\ufeff${JSON.stringify({ ...pack, id: 'marked' })}`);
    expect(loadPacks(folder).map(({ id }) => id)).toContain('marked');
  });

  test('C8: names a file that is a folder', () => {
    const folder = folderWith(pack);
    mkdirSync(join(folder, 'other.json'));
    expect(() => loadPacks(folder)).toThrow(/other\.json/);
  });

  test('refuses a folder that cannot be read', () => {
    expect(() => loadPacks('/nowhere/at/all')).toThrow(/MUSTER_PACKS.*\/nowhere\/at\/all/);
  });

  test.each([
    ['an endpoint of the protocol', { name: 'Bulk', endpoint: '/Bulk' }, /own.json.*endpoint \/Bulk/],
    ['a type that stands', { name: 'User', endpoint: '/People' }, /own.json.*resource type User/],
  ])('leads to a refusal of %s', (_what, type, message) => {
    const resourceTypes = [{ ...type, description: 'X', schema: badge }];
    expect(() => createCatalogue(loadPacks(folderWith({ ...pack, resourceTypes })))).toThrow(message);
  });

  const robot = { name: 'Agent', endpoint: '/Agents', description: 'X', schema: badge };
  const catalogueWith = (resourceTypes: readonly object[], schemas: readonly object[] = pack.schemas) =>
    createCatalogue(loadPacks(folderWith({ ...pack, schemas, resourceTypes })));

  test.each([
    [
      'a resource type',
      [robot],
      pack.schemas,
      ['agents-wzdk', 'own'],
      { what: 'resource type', name: 'Agent' },
    ],
    [
      'a schema',
      [],
      [{ ...pack.schemas[0], id: 'urn:okta:scim:schemas:core:1.0:ROLE' }],
      ['okta-entitlements', 'own'],
      { what: 'schema', name: 'urn:okta:scim:schemas:core:1.0:ROLE' },
    ],
  ])('allows two packs with %s in common, but not in one tenant', (_what, types, schemas, ids, clash) => {
    const catalogue = catalogueWith(types, schemas);
    expect(catalogue.clashOf(ids)).toEqual({ packs: ids, ...clash });
    expect(catalogue.clashOf(['devices', 'own'])).toBeUndefined();
    const offered = catalogue.typesOf({ packs: ['own'], groups: true, profile: 'rfc' });
    expect(offered.slice(2).map(({ schema }) => schema.id)).toEqual(types.map(() => badge));
    const names = catalogue.customTypes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each([
    [
      'another endpoint',
      { ...robot, endpoint: '/Bots' },
      /own\.json.*Agent has the endpoint \/Bots, but agents-older/,
    ],
    [
      'other letters',
      { ...robot, name: 'AGENT' },
      /own\.json.*AGENT has the endpoint \/Agents, but agents-older/,
    ],
    ['another name', { ...robot, name: 'Bot' }, /own\.json.*Bot has the endpoint \/Agents, but agents-older/],
    ['the type of memberships', { ...robot, name: 'GroupMember', endpoint: '/M' }, /own\.json.*GroupMember/],
  ])('refuses a pack with %s for a type', (_what, type, message) => {
    expect(() => catalogueWith([type])).toThrow(message);
  });

  test('leads to a refusal of a schema that no pack declares', () => {
    const extensions = [{ resourceType: 'User', schema: 'urn:example:missing' }];
    const packs = loadPacks(folderWith({ ...pack, extensions }));
    expect(() => createCatalogue(packs)).toThrow(/urn:example:missing/);
  });
});
