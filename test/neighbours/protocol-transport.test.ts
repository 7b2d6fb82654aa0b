import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bulkBody, patchBody, userBody } from '../api/client.ts';
import { allTenants } from '../support/shared-endpoint.ts';
import { inAll, stageOfFile, type Tenant } from './protocol-stage.ts';

const stage = stageOfFile();

interface Raw {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly parts?: readonly (string | Uint8Array)[];
}
interface Answered {
  readonly status: number;
  readonly detail: string;
  readonly headers: IncomingMessage['headers'];
}

/** Sends a request that `fetch` would not send; rejects if the connection breaks before an answer. */
function raw(
  { tenantUrl, token }: Tenant,
  { method, path, headers = {}, parts = [] }: Raw,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(tenantUrl.replace(/\/scim\/v2$/, '') + path), {
      method,
      agent: false,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json', ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, detail: detailOf(text), headers: response.headers });
        sent.destroy();
      });
    });
    writeAll(sent, parts);
  });
}

function detailOf(text: string): string {
  try {
    return JSON.parse(text).detail ?? JSON.parse(text).error_description ?? '';
  } catch {
    return text;
  }
}

/** Writes each part when the one before has left, so that the server can answer amid them. */
function writeAll(sent: ClientRequest, parts: readonly (string | Uint8Array)[]): void {
  const [first, ...rest] = parts;
  if (first === undefined) sent.end();
  else sent.write(first, () => setImmediate(() => writeAll(sent, rest)));
}

const bo = JSON.stringify(userBody('bo@example.com', { title: 'Chief' }));
const chief = JSON.stringify(patchBody([{ op: 'replace', path: 'title', value: 'Chief' }]));
const inOneBulk = JSON.stringify(
  bulkBody([{ method: 'POST', path: '/Users', bulkId: 'a', data: userBody('bo@example.com') }]),
);
const find = JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] });

const encoded: readonly (readonly [string, string, string, string | Uint8Array])[] = [
  ['gzip', 'PUT', '/Users/{ann}', gzipSync(bo)],
  ['gzip', 'PATCH', '/Users/{ann}', gzipSync(chief)],
  ['gzip', 'POST', '/Bulk', gzipSync(inOneBulk)],
  ['gzip', 'POST', '/Users/.search', gzipSync(find)],
  ['gzip', 'POST', '/Users', bo],
  ['GZIP', 'POST', '/Users', gzipSync(bo)],
  ['x-gzip', 'POST', '/Users', gzipSync(bo)],
  ['deflate', 'POST', '/Users', deflateSync(bo)],
  ['br', 'POST', '/Users', brotliCompressSync(bo)],
  ['zstd', 'PATCH', '/Users/{ann}', chief],
  ['compress', 'PATCH', '/Users/{ann}', chief],
  ['identity, gzip', 'POST', '/Users', gzipSync(bo)],
  ['gzip, gzip', 'POST', '/Users', gzipSync(gzipSync(bo))],
  ['utf-8', 'PUT', '/Users/{ann}', bo],
];

/** Titles and number of the users, which shows a change. */
async function users(tenant: Tenant): Promise<string> {
  const { body } = await tenant.get('/Users?attributes=userName,title');
  return JSON.stringify(body.Resources);
}

describe('A9: an encoded body is refused with what is accepted', () => {
  test.each(encoded)('%s by %s %s', async (encoding, method, path, body) => {
    const answers = await stage.inEach(async (tenant) => {
      const before = await users(tenant);
      const answer = await raw(tenant, {
        method,
        path: `/scim/v2${path.replace('{ann}', tenant.ann.id)}`,
        headers: { 'content-encoding': encoding },
        parts: [body],
      });
      const isSame = (await users(tenant)) === before;
      return [answer.status, /without compression/.test(answer.detail), isSame].join(' ');
    });
    expect(answers).toEqual(inAll('415 true true'));
  });

  test.each(['identity', 'Identity', ''])('A9: the body with the encoding "%s" is read', async (encoding) => {
    const answers = await stage.inEach(async (tenant) => {
      const headers = { 'content-encoding': encoding };
      const path = `/scim/v2/Users/${tenant.ann.id}`;
      return (await raw(tenant, { method: 'PATCH', path, headers, parts: [chief] })).status;
    });
    expect(answers).toEqual(inAll(200, { entra: 204 }));
  });

  test('A9: a token endpoint refuses it too, and a GET has no body to refuse', async () => {
    const tenant = stage.tenant('generic');
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/x-www-form-urlencoded' };
    const form = gzipSync('grant_type=client_credentials');
    const token = await raw(tenant, { method: 'POST', path: '/oauth/token', headers, parts: [form] });
    const get = await raw(tenant, { method: 'GET', path: '/scim/v2/Users', headers });
    expect([token.status, get.status]).toEqual([415, 200]);
  });

  test('A9: the management API refuses it too, and makes no tenant', async () => {
    const tenant = stage.tenant('generic');
    const list = async () => (await allTenants(stage.endpoint)).length;
    const before = await list();
    const headers = { 'content-encoding': 'gzip', 'x-functions-key': stage.endpoint.functionKey };
    const parts = [gzipSync('{"name":"Other"}')];
    const { status } = await raw(tenant, { method: 'POST', path: '/manage/tenants', headers, parts });
    expect([status, await list()]).toEqual([415, before]);
  });
});

const half = 'x'.repeat(512 * 1024);
/** A body of so many MB, in parts. */
const large = (megabytes: number) => ['{"userName":"', ...Array(megabytes * 2).fill(half), '"}'];
const lengthOf = (parts: readonly string[]) => ({ 'content-length': String(parts.join('').length) });

const tooLarge: readonly (readonly [string, string, string, number])[] = [
  ['a POST of 2 MB', 'POST', '/scim/v2/Users', 2],
  ['a POST of 12 MB', 'POST', '/scim/v2/Users', 12],
  ['a PUT', 'PUT', '/scim/v2/Users/{ann}', 3],
  ['a PATCH', 'PATCH', '/scim/v2/Users/{ann}', 3],
  ['a PATCH of a group', 'PATCH', '/scim/v2/Groups/{team}', 3],
  ['a POST to a path with a slash', 'POST', '/scim/v2//Users/', 3],
  ['a bulk request', 'POST', '/scim/v2/Bulk', 6],
  ['a search', 'POST', '/scim/v2/Users/.search', 3],
  ['a search at the root', 'POST', '/scim/v2/.search', 3],
];

describe.each([
  ['with its length', true],
  ['in chunks', false],
])('A13: 413 reaches the client that sends %s', (_, hasLength) => {
  test.each(tooLarge)('%s', async (_, method, path, megabytes) => {
    const parts = large(megabytes);
    const statuses = await Promise.all(
      [stage.tenant('rfc'), stage.tenant('generic')].map(async (tenant) => {
        const filled = path.replace('{ann}', tenant.ann.id).replace('{team}', tenant.team.id);
        const headers = hasLength ? lengthOf(parts) : {};
        return (await raw(tenant, { method, path: filled, headers, parts })).status;
      }),
    );
    expect(statuses).toEqual([413, 413]);
  });
});

describe('A13', () => {
  test('413 comes before the body when its length says enough', async () => {
    const headers = { 'content-length': String(50 * 1024 * 1024) };
    const sent = raw(stage.tenant('rfc'), {
      method: 'POST',
      path: '/scim/v2/Users',
      headers,
      parts: ['{"a"'],
    });
    // The rest of the body never comes.
    await expect(Promise.race([sent, pause()])).resolves.toMatchObject({ status: 413 });
  });

  test('a client that waits for "100 Continue" gets 413 too', async () => {
    const parts = large(3);
    const headers = { ...lengthOf(parts), expect: '100-continue' };
    const answer = await raw(stage.tenant('rfc'), { method: 'POST', path: '/scim/v2/Users', headers, parts });
    expect(answer.status).toBe(413);
  });

  test.each([
    ['a bad token', '/scim/v2/Users', { authorization: 'Bearer muster_x' }, 401],
    ['a bad function key', '/manage/tenants', { 'x-functions-key': 'x' }, 401],
    ['a wrong path', '/nothing', {}, 404],
    ['a wrong type', '/scim/v2/Users', { 'content-type': 'text/xml' }, 415],
    ['an encoding', '/scim/v2/Users', { 'content-encoding': 'br' }, 415],
  ])('a large body with %s is answered and not reset', async (_, path, headers, status) => {
    const sent = Array.from({ length: 6 }, () =>
      raw(stage.tenant('rfc'), { method: 'POST', path, headers, parts: large(6) }),
    );
    expect((await Promise.all(sent)).map((answer) => answer.status)).toEqual(Array(6).fill(status));
  });

  test.each([
    ['a long address', `/scim/v2/Users?x=${'y'.repeat(9_000)}`, '', 414],
    ['a large header', '/scim/v2/Users', `x-large: ${'y'.repeat(33_000)}`, 431],
    ['an escaped zero', '/scim/v2/Users/%00', '', 400],
    ['a second host', '/scim/v2/Users', 'host: other', 400],
  ])('a large body after a head with %s is answered and not reset', async (_, path, line, status) => {
    const { port } = new URL(stage.endpoint.baseUrl);
    const body = Buffer.alloc(8 * 1024 * 1024, 'x');
    const lines = [`POST ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, `content-length: ${body.length}`];
    const head = [...lines, ...(line ? [line] : []), '', ''].join('\r\n');
    const answers = Array.from({ length: 4 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(Buffer.concat([Buffer.from(head), body]));
      return (await text(socket)).split(' ')[1];
    });
    expect(await Promise.all(answers)).toEqual(Array(4).fill(String(status)));
  });

  test('a large form for a token, or a large tenant, is answered with 413', async () => {
    const tenant = stage.tenant('rfc');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const token = await raw(tenant, { method: 'POST', path: '/oauth/token', headers: form, parts: large(3) });
    const headers = { 'x-functions-key': stage.endpoint.functionKey, 'content-type': 'application/json' };
    const made = await raw(tenant, { method: 'POST', path: '/manage/tenants', headers, parts: large(6) });
    expect([token.status, made.status]).toEqual([413, 413]);
  });

  test('the sentence says what to do, and a body of just under the bound is read', async () => {
    const tenant = stage.tenant('generic');
    const large413 = await raw(tenant, { method: 'POST', path: '/scim/v2/Users', parts: large(2) });
    expect(large413.detail).toMatch(/1048576 bytes: (send|split)/);
    const filler = Array.from({ length: 120 }, (_, n) => ({ value: `+${n} ${'1'.repeat(7_900)}` }));
    const bodyText = JSON.stringify(userBody('large@example.com', { phoneNumbers: filler }));
    const answer = await raw(tenant, { method: 'POST', path: '/scim/v2/Users', parts: [bodyText] });
    expect(bodyText.length).toBeGreaterThan(940_000);
    expect(answer.status).not.toBe(413);
  });
});

/** Fails after a while in which an answer has long come. */
const pause = () => new Promise<never>((_, reject) => setTimeout(reject, 5_000, new Error('no answer')));
