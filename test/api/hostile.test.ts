import { request } from 'node:http';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { errorCatalogue } from '../../lib/scim/errors.ts';
import type { JsonObject } from '../../lib/scim/json.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import { arbitraryBody } from '../support/arbitrary-resource.ts';
import type { Answer, TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import {
  type Client,
  type Created,
  clientOf,
  enterpriseUrn,
  errorUrn,
  groupBody,
  groupUrn,
  patchBody,
  range,
  userBody,
  userUrn,
} from './client.ts';

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
let endpoint: SharedEndpoint;
let tenant: TenantAccess;
let client: Client;
let user: Created;
let group: Created;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  tenant = await endpoint.createTenant({ name: 'Hostile', profile: 'rfc' });
  client = clientOf(tenant);
  user = await client.user('victim', { emails: [{ value: 'v@example.com', type: 'work' }] });
  group = await client.group('victims', [user.id]);
});

/** Sends a request as it is written, without what fetch mends; a list of chunks goes without a length. */
function sendRaw(
  method: string,
  path: string,
  {
    headers = {},
    body = '',
  }: { headers?: Record<string, string>; body?: string | Buffer | readonly Buffer[] } = {},
): Promise<Pick<Answer, 'status' | 'body'>> {
  const { hostname, port, pathname } = new URL(tenant.tenantUrl);
  const authorization = `Bearer ${tenant.token}`;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path: pathname + path, headers: { authorization, ...headers } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) });
        });
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    const chunks = Array.isArray(body) ? body : [body];
    if (!Array.isArray(body))
      outgoing.setHeader('content-length', Buffer.byteLength(body as string | Buffer));
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  });
}

function refused(status: number, scimType?: string) {
  return {
    status,
    body: {
      schemas: [errorUrn],
      status: String(status),
      ...(scimType !== undefined && { scimType }),
      detail: expect.stringMatching(/^.{3,500}$/),
    },
  };
}

const scimTypes = new Set<string>(Object.values(errorCatalogue).flatMap(({ scimType }) => scimType ?? []));

/** An answer is a success or a SCIM error that the client can mend. */
function expectOrderly({ status, body }: Pick<Answer, 'status' | 'body'>, sent: unknown): void {
  const seen = JSON.stringify({ sent, status, body });
  expect([200, 201, 204, 400, 403, 404, 405, 409, 412, 413, 414, 415, 431], seen).toContain(status);
  if (status < 300) return;
  expect(body, seen).toMatchObject({
    schemas: [errorUrn],
    status: String(status),
    detail: expect.any(String),
  });
  if (body.scimType !== undefined) expect(scimTypes, seen).toContain(body.scimType);
}

async function expectUnharmed(): Promise<void> {
  expect((await client.get(`/Users/${user.id}`)).body).toMatchObject({
    ...user,
    groups: [{ value: group.id }],
  });
  expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

/** Rows for a table, named by how the texts begin. */
const named = (texts: readonly string[]) =>
  texts.map((text) => [JSON.stringify(text).slice(0, 60), text] as const);

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const deepObject = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const proto = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';

describe('a body', () => {
  const bodies: readonly (readonly [string, string | Buffer, string])[] = [
    ['none', '', 'invalidSyntax'],
    ['blank', '  \n', 'invalidSyntax'],
    ['half an object', '{"userName":', 'invalidSyntax'],
    ['two objects', '{}{}', 'invalidSyntax'],
    ['truncated UTF-8', Buffer.from([0x7b, 0x22, 0xe2, 0x82, 0x22, 0x3a, 0x31, 0x7d]), 'invalidSyntax'],
    ['UTF-16', Buffer.from('{"userName":"x"}', 'utf16le'), 'invalidSyntax'],
    ['NaN', '{"userName":NaN}', 'invalidSyntax'],
    ['null', 'null', 'invalidSyntax'],
    ['a string', '"userName"', 'invalidSyntax'],
    ['an array', '[]', 'invalidSyntax'],
    ['an array of users', `[${JSON.stringify(userBody('x'))}]`, 'invalidSyntax'],
    ['100,000 brackets', nested(100_000), 'invalidSyntax'],
    ['objects nested 1,000 deep', deepObject(1_000), 'invalidSyntax'],
    [
      'an object of 2,001 members',
      JSON.stringify({ name: Object.fromEntries(range(2_001).map((n) => [`a${n}`, n])) }),
      'invalidSyntax',
    ],
    ['only __proto__', proto, 'invalidSyntax'],
    ['schemas as a string', '{"schemas":"x","userName":"x"}', 'invalidSyntax'],
    ['schemas with a number', '{"schemas":[1],"userName":"x"}', 'invalidSyntax'],
  ];

  test.each(bodies)('of %s is refused by POST, PUT and PATCH', async (_, body, scimType) => {
    const headers = { 'content-type': 'application/scim+json' };
    const paths = [
      ['POST', '/Users'],
      ['POST', '/Groups'],
      ['PUT', `/Users/${user.id}`],
      ['PATCH', `/Users/${user.id}`],
      ['PUT', `/Groups/${group.id}`],
      ['PATCH', `/Groups/${group.id}`],
    ] as const;
    for (const [method, path] of paths) {
      expect(await sendRaw(method, path, { headers, body })).toMatchObject(refused(400, scimType));
    }
  });

  test.each([
    ['userName as number', { userName: 1 }],
    ['userName as object', { userName: { value: 'x' } }],
    ['userName as array', { userName: ['x'] }],
    ['userName null', { userName: null }],
    ['name as string', { userName: 'x', name: 'Ada' }],
    ['name as array', { userName: 'x', name: [{ givenName: 'Ada' }, { givenName: 'Eve' }] }],
    ['emails as object', { userName: 'x', emails: { value: 'x' } }],
    ['emails of strings', { userName: 'x', emails: ['x'] }],
    ['emails of arrays', { userName: 'x', emails: [[{ value: 'x' }]] }],
    ['active as string', { userName: 'x', active: 'true' }],
    ['active as number', { userName: 'x', active: 1 }],
    ['a name in two spellings', { userName: 'x', USERNAME: 'y' }],
    ['more values than are allowed', { userName: 'x', roles: Array(501).fill({ value: 'r' }) }],
    ['a certificate that is not base64', { userName: 'x', x509Certificates: [{ value: '%%%' }] }],
  ])('with %s is refused', async (_, attributes) => {
    const answer = await client.post('/Users', { schemas: [userUrn], ...attributes });
    expect(answer).toMatchObject(refused(400));
    expect(['invalidValue', 'invalidSyntax']).toContain(answer.body.scimType);
  });

  test('with __proto__ and constructor beside its attributes is refused, or makes a user without them', async () => {
    const body = `{"schemas":["${userUrn}"],"userName":"proto","__proto__":{"active":true},"constructor":{"a":1},
      "name":{"__proto__":{"givenName":"x"},"familyName":"y"},"toString":"x","hasOwnProperty":1}`;
    const interop = clientOf(await endpoint.createTenant({ name: 'Interop', profile: 'interop' }));
    expect(await interop.post('/Users', body)).toMatchObject(refused(400, 'invalidSyntax'));
    const lenient = clientOf(await endpoint.createTenant({ name: 'Lenient', profile: 'okta' }));
    const answer = await lenient.post('/Users', body);
    expect(answer).toMatchObject({ status: 201, body: { userName: 'proto', name: { familyName: 'y' } } });
    for (const name of ['active', 'toString', 'constructor'])
      expect(Object.hasOwn(answer.body, name)).toBe(false);
    expect(answer.body.name).toEqual({ familyName: 'y' });
  });

  test.each([
    ['with its length', (megabytes: number) => Buffer.alloc(megabytes * 1_048_576, 0x20)],
    ['in chunks', (megabytes: number) => Array(megabytes * 16).fill(Buffer.alloc(65_536, 0x20))],
  ])('F2: of 5 or 31 MB %s is 413', async (_, bytes) => {
    const headers = { 'content-type': 'application/scim+json' };
    for (const [method, path] of [
      ['POST', '/Users'],
      ['PUT', `/Users/${user.id}`],
      ['PATCH', `/Groups/${group.id}`],
    ] as const) {
      expect(await sendRaw(method, path, { headers, body: bytes(5) })).toMatchObject(refused(413));
      expect(await sendRaw(method, path, { headers, body: bytes(31) })).toMatchObject(refused(413));
    }
  });

  test('in chunks is read whole', async () => {
    const text = JSON.stringify(userBody('chunked'));
    const body = [...text].map((character) => Buffer.from(character));
    const headers = { 'content-type': 'application/scim+json' };
    const answer = await sendRaw('POST', '/Users', { headers, body });
    expect(answer).toMatchObject({ status: 201, body: { userName: 'chunked' } });
    await client.delete(`/Users/${answer.body.id}`);
  });

  test('of another media type is 415', async () => {
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x']) {
      const headers = { 'content-type': type };
      expect(await client.post('/Users', userBody('typed'), headers)).toMatchObject(refused(415));
    }
  });

  test('that is larger than a resource may be is refused, also where a PATCH makes it so', async () => {
    const value = 'x'.repeat(limits.textCharactersMax - 3);
    const roles = range(34).map((index) => ({ value: `${value}${index}` }));
    expect(await client.post('/Users', userBody('large', { roles }))).toMatchObject(
      refused(400, 'invalidValue'),
    );
    const grow = [{ op: 'add', path: 'roles', value: roles }];
    expect(await client.patch(`/Users/${user.id}`, grow)).toMatchObject(refused(400, 'invalidValue'));
    await expectUnharmed();
  });
});

describe('C4: a text', () => {
  const max = limits.textCharactersMax;
  const long = 'x'.repeat(max + 1);
  test.each([
    ['userName', { userName: 'x'.repeat(100_000) }],
    ['displayName', { displayName: long }],
    ['name.familyName', { name: { familyName: long } }],
    ['emails[0].value', { emails: [{ value: `${long}@example.com` }] }],
    ['emails[0].type', { emails: [{ value: 'a@b.example', type: long }] }],
    ['externalId', { externalId: long }],
    ['roles[0].display', { roles: [{ value: 'a', display: long }] }],
    ['employeeNumber', { [enterpriseUrn]: { employeeNumber: long } }],
    ['title', { title: '\u{1f680}'.repeat(max) }],
  ])('of %s is bounded, and the error names the bound', async (name, attributes) => {
    const answer = await client.post('/Users', userBody(`long ${name}`, attributes));
    expect(answer).toMatchObject(refused(400, 'invalidValue'));
    expect(answer.body.detail).toContain(name);
    expect(answer.body.detail).toContain(`at most ${max} characters`);
    expect(answer.body.detail.length).toBeLessThan(300);
  });

  test('of a group, in a PUT and in a PATCH is bounded too, and the longest is kept', async () => {
    expect(await client.post('/Groups', { schemas: [groupUrn], displayName: long })).toMatchObject(
      refused(400, 'invalidValue'),
    );
    const title = 'x'.repeat(max);
    const kept = await client.user('longest', { title });
    expect(kept.title).toBe(title);
    for (const operation of [
      { op: 'replace', path: 'title', value: long },
      { op: 'add', path: 'name.givenName', value: long },
    ]) {
      expect(await client.patch(`/Users/${kept.id}`, [operation])).toMatchObject(
        refused(400, 'invalidValue'),
      );
    }
    expect(await client.put(`/Users/${kept.id}`, userBody('longest', { title: long }))).toMatchObject(
      refused(400, 'invalidValue'),
    );
    expect((await client.get(`/Users/${kept.id}`)).body).toEqual(kept);
    await client.delete(`/Users/${kept.id}`);
  });
});

describe('a PATCH', () => {
  test.each([
    ['path __proto__', { op: 'add', path: '__proto__', value: { polluted: 1 } }, 'invalidPath'],
    ['path __proto__.polluted', { op: 'add', path: '__proto__.polluted', value: 1 }, 'invalidPath'],
    ['path constructor.prototype', { op: 'replace', path: 'constructor.prototype', value: 1 }, 'invalidPath'],
    ['path name.__proto__', { op: 'add', path: 'name.__proto__', value: 'x' }, 'invalidPath'],
    ['path emails[', { op: 'remove', path: 'emails[' }, 'invalidPath'],
    ['an empty path', { op: 'add', path: '', value: 1 }, 'invalidPath'],
    ['a path that is a number', { op: 'add', path: 1, value: 1 }, 'invalidPath'],
    ['op null', { op: null, path: 'title', value: 1 }, 'invalidSyntax'],
    ['an operation that is a string', 'add', 'invalidSyntax'],
    ['no value', { op: 'add', path: 'title' }, 'invalidValue'],
    ['a filter of 10,000 parentheses', { op: 'remove', path: `emails[${'('.repeat(10_000)}]` }, undefined],
    ['a value nested deep', { op: 'add', path: 'name', value: JSON.parse(deepObject(40)) }, 'invalidSyntax'],
    [
      'a value for an unknown element',
      { op: 'replace', path: 'emails[value eq "z"].type', value: 'x' },
      'noTarget',
    ],
  ])('with %s is refused', async (_, operation, scimType) => {
    const answer = await client.send('PATCH', `/Users/${user.id}`, patchBody([operation as object]));
    expect(answer).toMatchObject(refused(400, scimType));
    await expectUnharmed();
  });

  test('with more operations than are allowed is refused', async () => {
    const operations = Array(limits.patchOperationsMax + 1).fill({ op: 'add', path: 'title', value: 'x' });
    expect(await client.patch(`/Users/${user.id}`, operations)).toMatchObject(refused(400, 'invalidSyntax'));
  });

  test.each([
    ['a member without value', [{ display: 'x' }]],
    ['a member that is a number', [1]],
    ['a member named __proto__', [{ value: '__proto__' }]],
    ['a member with a slash', [{ value: '../x' }]],
    ['a member with an odd id', [{ value: 'unique:user:userName:x' }]],
    ['an id of 5,000 characters', [{ value: 'x'.repeat(5_000) }]],
  ])('of members with %s is refused', async (_, value) => {
    const answer = await client.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value }]);
    expect(answer).toMatchObject(refused(400, 'invalidValue'));
    await expectUnharmed();
  });
});

describe('a filter', () => {
  test.each(
    named([
      `${'('.repeat(1_000)}userName pr${')'.repeat(1_000)}`,
      `not (`.repeat(300),
      Array(300).fill('userName pr').join(' or '),
      '__proto__ pr',
      'constructor eq "x"',
      'toString.length pr',
      'emails[__proto__ pr]',
      'userName eq "\\u"',
      'userName eq "\u0000',
      'a:b:c eq 1',
      '\u0000',
      'userName eq 1e999',
      'userName sw null',
      '"userName" eq "x"',
      'id',
    ]),
  )('%s is refused', async (_, filter) => {
    for (const path of ['/Users', '/Groups']) {
      expect(await client.get(`${path}?filter=${encodeURIComponent(filter)}`)).toMatchObject(
        refused(400, 'invalidFilter'),
      );
    }
  });

  test.each([
    ['10,000 parentheses', `${'('.repeat(10_000)}userName pr${')'.repeat(10_000)}`],
    ['more than its bound', `userName eq "${'x'.repeat(limits.filterBytesMax)}"`],
  ])('F4: of %s is refused by the host in a URL, and by Muster in a body', async (_, filter) => {
    const { status, body } = await client.get(`/Users?filter=${filter}`);
    expect({ status, body }).toEqual({ status: 414, body: undefined });
    expect(await client.post('/Users/.search', { schemas: [searchUrn], filter })).toMatchObject(
      refused(400, 'invalidFilter'),
    );
  });

  test('F4: that is too long for a URL finds its user by /.search', async () => {
    const filter = `userName eq "${'x'.repeat(8_000)}" or userName eq "victim"`;
    expect(await client.get(`/Users?filter=${encodeURIComponent(filter + ' '.repeat(200))}`)).toMatchObject({
      status: 414,
    });
    expect(await client.post('/Users/.search', { schemas: [searchUrn], filter })).toMatchObject({
      status: 200,
      body: { totalResults: 1 },
    });
  });

  test.each(
    named([
      'userName eq "\\"; DROP TABLE users; --"',
      'userName eq "__proto__"',
      'externalId eq "\\u0000"',
      'id eq "unique:user:userName:x"',
      'id eq "../x"',
      'id eq ""',
      'groups.value eq "member:x:y"',
      `userName co "${'%'.repeat(500)}"`,
    ]),
  )('%s finds nothing', async (_, filter) => {
    expect(await client.find('/Users', filter)).toEqual([]);
  });
});

describe('a body that takes long to read', () => {
  test.each(['/Users', '/Groups', '/Bulk', '/.search'])(
    'D20: of brackets is refused by its depth at %s',
    async (path) => {
      const answer = await client.send('POST', path, '['.repeat(1_000_000));
      expect(answer).toMatchObject(refused(400, 'invalidSyntax'));
      expect(answer.body.detail).toContain(`nested deeper than ${limits.jsonDepthMax} levels`);
    },
  );
});

describe('a URL', () => {
  test.each([
    '/Users?startIndex=abc',
    '/Users?count=1;2',
    '/Users?count=0x10',
    '/Users?startIndex=NaN',
    '/Users?count=99999999999999999999999999',
  ])('%s is refused', async (path) => {
    expect(await client.get(path)).toMatchObject(refused(400, 'invalidValue'));
  });

  test.each(
    named([
      '/Users?count=999999999999',
      '/Users?startIndex=99999999999999999999&count=1',
      '/Users?startIndex=-99999999999999999999',
      '/Users?count=-1',
      '/Users?count=1&count=x',
      '/Users?filter=userName%20pr&filter=%28',
      '/Users?attributes=__proto__,constructor,id.x,name.__proto__',
      '/Users?attributes=&excludedAttributes=',
      '/Users?unknown=1&__proto__=x',
      '/Users?attributes=%E0%A4%A',
      '/Users?filter=%zz',
      '/Users/%E0%A4%A',
      '/Users/%ff%fe',
      '/Users/..%2f..%2fGroups',
      '/Users/%2e%2e/Groups',
      '/Users//',
      `/Users/${encodeURIComponent('unique:user:userName:x')}`,
      `/Users/${encodeURIComponent('💥')}`,
      `/Users/${'x'.repeat(4_000)}`,
      `/Users?attributes=${'x,'.repeat(2_000)}`,
      '/Schemas/__proto__',
      '/ResourceTypes/constructor',
    ]),
  )('%s is answered', async (_, path) => {
    expectOrderly(await sendRaw('GET', path), path);
  });

  test.each(['/Users/..', '/Users/%2e%2e', '/Users/.%2E/', '/Groups/../', '/Users/..?filter=userName%20pr'])(
    'F7: %s is 404 and not a list',
    async (path) => {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        expect(await sendRaw(method, path)).toMatchObject(refused(404));
      }
    },
  );

  test('of 60,000 characters is refused by the host', async () => {
    const { status } = await fetch(`${tenant.tenantUrl}/Users/${'x'.repeat(60_000)}`);
    expect(status).toBe(414);
  });
});

/** Leaves a password in one body of ten, since hashing one takes a tenth of a second on purpose. */
const seldomWithPassword = ([body, chance]: readonly [JsonObject, number]) =>
  Object.fromEntries(
    Object.entries(body).filter(([name]) => chance === 0 || name.toLowerCase() !== 'password'),
  );

describe('generated JSON', { timeout: 120_000 }, () => {
  const runs = { numRuns: 40 };
  const json = fc.jsonValue({ maxDepth: 4 });
  const names = fc.constantFrom(
    'userName',
    'displayName',
    'name',
    'name.givenName',
    'emails',
    'emails[type eq "work"].value',
    'members',
    'active',
    'schemas',
    'meta',
    'groups',
    '__proto__',
    'members[value eq "x"]',
  );
  const operation = fc.record(
    { op: fc.constantFrom('add', 'remove', 'replace', 'Add'), path: names, value: json },
    { requiredKeys: ['op'] },
  );

  test.each([
    ['POST', '/Users', fc.tuple(arbitraryBody(userType), fc.nat({ max: 9 })).map(seldomWithPassword)],
    ['POST', '/Groups', arbitraryBody(groupType)],
    ['POST', '/Users', fc.dictionary(names, json).map((body) => ({ schemas: [userUrn], ...body }))],
    ['POST', '/Groups', json.map((members) => ({ ...groupBody('x'), members }))],
  ] as const)(
    '%s %s is answered in order, and what is created is what is retrieved',
    async (method, path, bodies) => {
      await fc.assert(
        fc.asyncProperty(bodies as fc.Arbitrary<unknown>, async (body) => {
          const answer = await client.send(method, path, body);
          expectOrderly(answer, body);
          if (answer.status !== 201) return;
          const one = `${path}/${answer.body.id}`;
          expect((await client.get(one)).body).toEqual(answer.body);
          expect((await client.put(one, answer.body)).body).toEqual(answer.body);
          expect((await client.delete(one)).status).toBe(204);
        }),
        runs,
      );
      await expectUnharmed();
    },
  );

  test.each(['/Users', '/Groups'])('PUT and PATCH %s/{id} is answered in order', async (path) => {
    const subject = path === '/Users' ? await client.user('subject') : await client.group('subject');
    const one = `${path}/${subject.id}`;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 4 }), json, async (operations, body) => {
        const patched = await client.patch(one, operations);
        expectOrderly(patched, operations);
        expectOrderly(await client.send('PATCH', one, { ...patchBody([]), Operations: body }), body);
        expectOrderly(await client.put(one, body), body);
        const now = await client.get(one);
        expect(now.status).toBe(200);
        if (patched.status === 200) expect(now.body).toEqual(patched.body);
      }),
      runs,
    );
    await client.delete(one);
    await expectUnharmed();
  });

  test('filters and selections are answered in order', async () => {
    const words = fc.constantFrom(
      ...'userName name.givenName emails [ ] ( ) eq co pr and or not "x" true 1 .'.split(' '),
    );
    const text = fc.oneof(
      fc.array(words).map((list) => list.join(' ')),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (filter, attributes) => {
        const query = new URLSearchParams({
          filter: filter,
          attributes: attributes,
        });
        expectOrderly(await client.get(`/Users?${query}`), filter);
      }),
      runs,
    );
  });
});

test('after all of this the data is unchanged, and nothing was a defect', async () => {
  await expectUnharmed();
  expect((await client.get('/Users?attributes=userName')).body.Resources).toMatchObject([{ id: user.id }]);
  expect((await client.get('/Groups')).body.totalResults).toBe(1);
  expect(endpoint.output()).not.toMatch(/"error":"internal"|status":5\d\d/);
});
