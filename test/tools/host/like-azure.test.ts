import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawGet, sendRaw } from '../../../tools/host/hostile-requests.ts';
import { type FixtureHost, serveFixture } from './fixture-host.ts';

let host: FixtureHost;

beforeAll(async () => {
  host = await serveFixture('streamed');
});
afterAll(() => host.end('SIGKILL'));

const send = (request: string) => sendRaw(host.baseUrl, request);
const echo = async (...args: Parameters<typeof rawGet>) =>
  JSON.parse(/\{.*\}/.exec((await send(rawGet(...args))).body)?.[0] ?? '');
const headers = (count: number, value: string) =>
  Array.from({ length: count }, (_, index) => `x-${index}: ${value}`);

describe('F8, D10: a head is refused', () => {
  test.each([
    ['a request line over 8 KB', 414, rawGet(`/echo?x=${'a'.repeat(8_192)}`)],
    ['more than 100 headers', 431, rawGet('/echo', ...headers(99, 'v'))],
    ['about 1,000 headers', 431, rawGet('/echo', ...headers(1_000, 'v'))],
    ['more than 2,000 headers', 431, rawGet('/echo', ...headers(2_100, 'v'))],
    ['more than 32 KB of headers', 431, rawGet('/echo', ...headers(17, 'v'.repeat(2_000)))],
    ['an encoded null in the path', 400, rawGet('/echo/%00')],
    ['two Host lines', 400, rawGet('/echo', 'host: a', 'host: b')],
    ['another host in the request line', 400, rawGet('http://other.test/echo', 'host: a')],
    ['a Host with a space', 400, rawGet('/echo', 'host: a b')],
    ['a Host with an escape', 400, rawGet('/echo', 'host: "\\[31m"/?code=x')],
    ['a header that is not UTF-8', 400, rawGet('/echo', 'x-name: M\xfcller')],
  ])('%s: %i, and the connection closes', async (_, status, request) => {
    const answer = await send(request);
    expect(answer).toMatchObject({ status, body: '' });
    expect(answer.head).toContain('connection: close');
  });

  test.each([
    ['98 headers and two of the client', rawGet('/echo', ...headers(98, 'v'))],
    ['a request line just under 8 KB', rawGet(`/echo?x=${'a'.repeat(8_100)}`)],
    ['an empty Host', rawGet('/echo', 'host:')],
    ['its own host in the request line', rawGet('http://a:80/echo', 'host: a')],
    ['an expectation that HTTP does not know', rawGet('/echo', 'expect: x')],
    ['a header in UTF-8', rawGet('/echo', `user-agent: ${Buffer.from('Müller').toString('latin1')}`)],
  ])('but not for %s', async (_, request) => {
    expect(await send(request)).toMatchObject({ status: 200 });
  });
});

test('F8: headers that are sent twice are joined', async () => {
  const { headers } = await echo(
    '/echo',
    'authorization: Bearer a',
    'authorization: Bearer b',
    'cookie: a=1',
    'cookie: b=2',
  );
  expect(headers).toMatchObject({ authorization: 'Bearer a, Bearer b', cookie: 'a=1; b=2' });
});

test.each([
  ['/echo/a%2Fb', '/echo/a%252Fb', { id: 'a%2Fb' }],
  ['/echo/a%20%C3%BC', '/echo/a%20%C3%BC', { id: 'a ü' }],
  ['/echo/%41%ff', '/echo/A%25ff', { id: 'A%ff' }],
  ['/echo/%3f%23', '/echo/%3F%23', { id: '?#' }],
  ['/things/../echo/7?x=../y', '/echo/7?x=../y', { id: '7' }],
  ['/echo/7/..', '/echo/', {}],
  ['/echo/7/%2e%2E/8', '/echo/8', { id: '8' }],
  ['/%2e%2e/../echo/./7', '/echo/7', { id: '7' }],
])('F7, F8: %s reaches the function as %s', async (path, arrived, params) => {
  const { url, params: found } = await echo(path);
  expect([url, found]).toEqual([`http://muster.test${arrived}`, params]);
});

test('F8: a path that begins with an empty segment is an empty 404', async () => {
  expect(await send(rawGet('//items/5'))).toMatchObject({ status: 404, body: '' });
  expect(await send(rawGet('/items/5'))).toMatchObject({ status: 200 });
});

describe('F5, F8: of the paths that belong to the host', () => {
  test.each([
    ['/admin/host/ping', 200],
    ['/admin', 404],
    ['/admin/anything', 404],
    ['/runtime/webhooks/x', 401],
    ['/admin/functions/tick', 401],
  ])('%s is %i without the key', async (path, status) => {
    expect(await send(rawGet(path))).toMatchObject({ status, body: '' });
  });

  test('timers run with the one key, which is also the master key', async () => {
    const run = (key: string) =>
      fetch(`${host.baseUrl}/admin/functions/tick`, {
        method: 'POST',
        headers: { 'x-functions-key': key },
        body: '{"input":""}',
      }).then(({ status }) => status);
    expect([await run('another'), await run(host.functionKey)]).toEqual([401, 202]);
  });
});
