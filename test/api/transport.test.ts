import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import type { TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { bulkBody, type Client, clientOf, userBody, userUrn } from './client.ts';

let endpoint: SharedEndpoint;
let tenant: TenantAccess;
let client: Client;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  tenant = await endpoint.createTenant({ name: 'Transport', profile: 'entra' });
  client = clientOf(tenant);
});

const usersIn = async (one: Client) => (await one.get('/Users?count=0')).body.totalResults;

/** Sends bytes with headers of their own; nothing is retried. */
async function send(
  path: string,
  body: string | Uint8Array | ReadableStream,
  headers: Record<string, string> = {},
) {
  const response = await fetch(tenant.tenantUrl + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tenant.token}`,
      'content-type': 'application/scim+json',
      ...headers,
    },
    body,
    duplex: 'half',
  } as RequestInit);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe('A8: a number on its way to text', () => {
  const text = (attribute: string, number: string) =>
    `{"schemas":["${userUrn}"],"userName":"n${Math.random()}","${attribute}":${number}}`;

  test.each([
    '12345678901234567890',
    '9007199254740993',
    '1.0',
    '1.10',
    '-0',
    '1e3',
    '12E5',
    '1e400',
    '0.1234567890123456789',
    '100000000000000000000000',
    '-12345678901234567890',
    '1.7976931348623157e309',
  ])('keeps the digits of %s or is refused', async (number) => {
    const before = await usersIn(client);
    const answer = await client.post('/Users', text('externalId', number));
    expect(answer).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue', detail: expect.stringMatching(/externalId|in quotation marks/) },
    });
    expect(await usersIn(client)).toBe(before);
  });

  test.each(['7', '0', '-7', '123456789012345', '9007199254740991', '1.5', '0.25', '12345.678'])(
    'keeps %s',
    async (number) => {
      const answer = await client.post('/Users', text('externalId', number));
      if (answer.status === 201) expect(answer.body.externalId).toBe(number);
      else expect(answer.status).toBe(400);
    },
  );

  test('is refused by PATCH and PUT too, and changes nothing', async () => {
    const user = await client.user('digits', { externalId: 'kept' });
    const patch = (operation: string) =>
      client.send(
        'PATCH',
        `/Users/${user.id}`,
        `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[${operation}]}`,
      );
    const lossy = '98765432109876543210';
    const answers = [
      await patch(`{"op":"replace","path":"externalId","value":${lossy}}`),
      await patch(`{"op":"add","value":{"externalId":${lossy}}}`),
      await client.send('PUT', `/Users/${user.id}`, text('externalId', lossy)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect((await client.get(`/Users/${user.id}`)).body).toEqual(user);
  });

  test('is refused inside Bulk, and only in its own operation', async () => {
    const operation = (bulkId: string, externalId: string) =>
      `{"method":"POST","path":"/Users","bulkId":"${bulkId}","data":${text('externalId', externalId)}}`;
    const body = JSON.stringify(bulkBody([])).replace(
      '[]',
      `[${operation('a', '12345678901234567890')},${operation('b', '42')}]`,
    );
    const answer = await client.post('/Bulk', body);
    expect(answer.body.Operations.map(({ status }: { status: string }) => status)).toEqual(['400', '201']);
  });

  test('does not matter where it stays a number or is ignored', async () => {
    const search = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"count":1.0}';
    expect(await client.post('/Users/.search', search)).toMatchObject({ status: 200 });
    expect(await client.post('/Users', text('nobody-knows-this', '1.50'))).toMatchObject({ status: 201 });
  });

  test.each(clientProfiles)('never changes a digit for %s', async (profile) => {
    const one = clientOf(await endpoint.createTenant({ name: profile, profile }));
    const answer = await one.post('/Users', text('externalId', '12345678901234567890'));
    expect(answer.status).toBe(400);
  });
});

describe('A9: a body with a Content-Encoding', () => {
  const plain = JSON.stringify(userBody('encoded'));
  const gzip = gzipSync(plain);
  test.each([
    ['gzip', gzip],
    ['GZIP', gzip],
    ['x-gzip', gzip],
    ['deflate', gzip],
    ['br', gzip],
    ['zstd', gzip],
    ['identity, gzip', gzip],
    ['gzip, gzip', gzip],
    ['gzip', plain],
    ['utf-8', plain],
    ['aes128gcm', plain],
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
  ])('%s is 415, which says what is accepted', async (encoding, body) => {
    for (const path of ['/Users', '/Bulk', '/Users/.search']) {
      const answer = await send(path, body, { 'content-encoding': encoding });
      expect(answer).toMatchObject({
        status: 415,
        body: {
          status: '415',
          detail: expect.stringContaining('send the body as it is, without compression'),
        },
      });
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    }
    expect(await client.find('/Users', 'userName eq "encoded"')).toEqual([]);
  });

  test.each(['identity', 'Identity', '', ' , identity'])('%j is no encoding', async (encoding) => {
    const body = JSON.stringify(userBody(`plain${Math.random()}`));
    expect(await send('/Users', body, { 'content-encoding': encoding })).toMatchObject({ status: 201 });
  });

  test('is refused at the token endpoint and in management too', async () => {
    const headers = { 'content-encoding': 'gzip', 'x-functions-key': endpoint.functionKey };
    for (const [path, type] of [
      ['/oauth/token', 'application/x-www-form-urlencoded'],
      ['/manage/tenants', 'application/json'],
    ]) {
      const init = {
        method: 'POST',
        headers: { ...headers, 'content-type': type ?? '' },
        body: gzipSync('{}'),
      };
      const answer = await fetch(endpoint.baseUrl + path, init);
      expect(answer.status).toBe(415);
    }
  });
});

describe('A13: a body that is refused before it is read', () => {
  const blanks = (megabytes: number) => Buffer.alloc(megabytes * 1_048_576, 0x20);
  const inPieces = (megabytes: number) =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (megabytes === 0) return controller.close();
        megabytes -= 1;
        controller.enqueue(blanks(1));
        await new Promise((resolve) => setTimeout(resolve, 2));
      },
    });
  const cases: readonly [string, number, Record<string, string>, number][] = [
    ['/Users', 2, {}, 413],
    ['/Users', 12, {}, 413],
    ['/Users', 40, {}, 413],
    ['/Bulk', 5, {}, 413],
    ['/Bulk', 31, {}, 413],
    ['/Users/.search', 12, {}, 413],
    ['/Users', 12, { authorization: 'Bearer nobody' }, 401],
    ['/Users', 12, { 'content-type': 'text/plain' }, 415],
    ['/Users', 12, { 'content-encoding': 'gzip' }, 415],
    ['/Users', 12, { accept: 'text/html' }, 406],
    ['/Nothing', 12, {}, 404],
    ['/Users/x', 12, {}, 405],
  ];
  test.each(cases)('%s with %i MB %j has its answer, %i', async (path, megabytes, headers, status) => {
    expect((await send(path, blanks(megabytes), headers)).status).toBe(status);
    expect((await send(path, inPieces(megabytes), headers)).status).toBe(status);
  });
});
