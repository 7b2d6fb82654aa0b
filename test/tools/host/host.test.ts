import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FixtureHost, serveFixture } from './fixture-host.ts';

const hosts = new Map<string, FixtureHost>();
const kinds = ['streamed', 'buffered'] as const;

beforeAll(async () => {
  for (const kind of kinds) {
    hosts.set(kind, await serveFixture(kind, { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '5000000' }));
  }
});

afterAll(async () => {
  for (const host of hosts.values()) await host.end('SIGKILL');
});

function hostOf(kind: string): FixtureHost {
  const host = hosts.get(kind);
  if (!host) throw new Error(`No host serves ${kind}`);
  return host;
}

async function answer(kind: string, path: string, init?: RequestInit) {
  const response = await fetch(hostOf(kind).baseUrl + path, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** Sends a body in chunks, without Content-Length. */
async function sendChunked(kind: string, path: string, chunks: readonly (string | Buffer)[]) {
  const sent = request(hostOf(kind).baseUrl + path, { method: 'POST' });
  sent.on('error', () => {});
  const answered = once(sent, 'response');
  for (const chunk of chunks) sent.write(chunk);
  sent.end();
  const [response] = await answered;
  return { status: response.statusCode, body: await text(response) };
}

describe.each(kinds)('the host with a %s app', (kind) => {
  test('GET hands over the URL, the query and the headers', async () => {
    const { status, body } = await answer(kind, '/echo/7?x=1&y=a%20b', { headers: { 'x-one': 'a' } });
    const echoed = JSON.parse(body);
    expect(status).toBe(200);
    expect(echoed).toMatchObject({ method: 'GET', params: { id: '7' }, query: { x: '1', y: 'a b' } });
    expect(echoed.url).toBe(`${hostOf(kind).baseUrl}/echo/7?x=1&y=a%20b`);
    expect(echoed.headers['x-one']).toBe('a');
  });

  test.each([
    ['/echo', {}],
    ['/echo/', {}],
    ['/ECHO/Abc', { id: 'Abc' }],
    ['/echo/true', { id: 'true' }],
    ['/echo/a%20b', { id: 'a b' }],
    ['/echo/a%2Fb', { id: 'a%2Fb' }],
    ['/echo/urn:ietf:params:scim', { id: 'urn:ietf:params:scim' }],
    ['/echo/%zz', { id: '%zz' }],
  ])('GET %s yields the route parameters %j', async (path, params) => {
    expect(JSON.parse((await answer(kind, path)).body).params).toEqual(params);
  });

  test.each([
    [
      'the first function by name, ignoring case, takes a path of two',
      'GET',
      '/things/special',
      200,
      'literal',
    ],
    ['a parameter takes what the literal leaves', 'GET', '/things/other', 200, 'parameter'],
    ['a constraint lets a number pass', 'GET', '/items/5', 200, 'number'],
    ['a constraint leaves other text to the next function', 'GET', '/items/five', 200, 'rest five'],
    ['a rest parameter spans segments', 'GET', '/items/a/b', 200, 'rest a/b'],
    ['a rest parameter may be empty', 'GET', '/items', 200, 'rest nothing'],
    ['the method chooses among functions of one path', 'PUT', '/split', 200, 'put'],
    ['a method nobody takes is an empty 404', 'DELETE', '/split', 404, ''],
    ['HEAD is not mapped to GET', 'HEAD', '/split', 404, ''],
    ['an unknown path is an empty 404', 'GET', '/nothing/here', 404, ''],
    ['too many segments are an empty 404', 'GET', '/echo/a/b', 404, ''],
  ])('%s', async (_, method, path, status, body) => {
    expect(await answer(kind, path, { method })).toMatchObject({ status, body });
  });

  test('a status, headers and a body come back as the function set them', async () => {
    const { status, headers, body } = await answer(kind, '/answers');
    expect([status, headers.get('x-kind'), headers.get('etag'), body]).toEqual([
      418,
      'teapot',
      'W/"1"',
      'short and stout',
    ]);
    expect(await answer(kind, '/no-content')).toMatchObject({ status: 204, body: '' });
  });

  test('a body with Content-Length arrives whole', async () => {
    const { body } = await answer(kind, '/echo', { method: 'POST', body: 'müster' });
    expect(JSON.parse(body)).toMatchObject({ method: 'POST', body: 'müster' });
  });

  test('F2: a body over the limit is an empty 500, as in Azure', async () => {
    const large = { method: 'POST', body: Buffer.alloc(5_000_001) };
    expect(await answer(kind, '/count', large)).toMatchObject({ status: 500, body: '' });
    const fitting = { method: 'POST', body: Buffer.alloc(5_000_000) };
    expect(await answer(kind, '/count', fitting)).toMatchObject({ status: 200, body: '{"bytes":5000000}' });
  });

  test.each([
    ['no key', {}, '', 401],
    ['a wrong key', { 'x-functions-key': 'wrong' }, '', 401],
    ['a wrong code', {}, '?code=wrong', 401],
  ])('a function with authLevel function answers %s with an empty 401', async (_, headers, query, status) => {
    expect(await answer(kind, `/guarded${query}`, { headers })).toMatchObject({ status, body: '' });
  });

  test('a function with authLevel function opens to the key in the header or as code', async () => {
    const { functionKey } = hostOf(kind);
    const byHeader = await answer(kind, '/guarded', { headers: { 'x-functions-key': functionKey } });
    const byCode = await answer(kind, `/guarded?code=${functionKey}`);
    expect([byHeader.body, byCode.body]).toEqual(['inside', 'inside']);
  });

  test('a function that throws is an empty 500, and the error is printed', async () => {
    expect(await answer(kind, '/throwing')).toMatchObject({ status: 500, body: '' });
    expect(hostOf(kind).output()).toContain('thrown on purpose');
  });

  test('an error that nobody catches is printed, and the host keeps serving', async () => {
    expect((await answer(kind, '/late-throw')).body).toBe('answered');
    await expect.poll(() => hostOf(kind).output()).toContain('nobody catches this');
    expect((await answer(kind, '/empty')).body).toBe('ok');
  });

  test('a preInvocation hook can replace the handler', async () => {
    expect((await answer(kind, '/empty?stop=hook')).body).toBe('hooked');
  });

  test('requests run beside each other and each gets its own answer', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    const answers = await Promise.all(
      ids.map((id) => answer(kind, `/echo/${id}`, { method: 'POST', body: id })),
    );
    const echoed = answers.map(({ body }) => JSON.parse(body));
    expect(echoed.map(({ params, body }) => [params.id, body])).toEqual(ids.map((id) => [id, id]));
  });

  test('a client gets the answer of a function that does not read its large body', async () => {
    const sent = Array.from({ length: 20 }, () =>
      answer(kind, '/answers', { method: 'POST', body: Buffer.alloc(4_000_000) }),
    );
    expect(new Set((await Promise.all(sent)).map(({ body }) => body))).toEqual(new Set(['short and stout']));
  });

  test('a client that goes away does not disturb others', async () => {
    const { port } = new URL(hostOf(kind).baseUrl);
    for (const head of ['GET /slow/50', 'POST /count']) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`${head} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\npart`);
      await new Promise((resolve) => setTimeout(resolve, 30));
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await answer(kind, '/empty')).body).toBe('ok');
  });

  test('POST /admin/functions/{name} fires a timer, and its runs never overlap', async () => {
    const fire = (headers: Record<string, string>, name = 'TICK') =>
      answer(kind, `/admin/functions/${name}`, { method: 'POST', headers, body: '{"input":""}' });
    const key = { 'x-functions-key': hostOf(kind).functionKey };
    expect((await fire({})).status).toBe(401);
    expect((await fire(key, 'unknown')).status).toBe(404);
    expect((await answer(kind, '/admin/functions/tick', { method: 'POST', headers: key })).status).toBe(400);
    const answers = await Promise.all([fire(key), fire(key), fire(key)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    await expect.poll(async () => (await answer(kind, '/ticks')).body).toBe('{"ticks":3,"mostAtOnce":1}');
  });
});

describe('the host with streams', () => {
  test('a chunked body arrives whole', async () => {
    const { body } = await sendChunked('streamed', '/echo', ['one ', 'two ', 'three']);
    expect(JSON.parse(body).body).toBe('one two three');
  });

  test('F2: a chunked body over the limit is an empty 500, as in Azure', async () => {
    const chunks = Array.from({ length: 60 }, () => Buffer.alloc(100_000));
    expect(await sendChunked('streamed', '/count', chunks)).toEqual({ status: 500, body: '' });
  });

  test('a function without a response is an empty 500 with a warning of what Azure does', async () => {
    expect(await answer('streamed', '/silent')).toMatchObject({ status: 500, body: '' });
    expect(hostOf('streamed').output()).toContain('silent returned no response');
  });
});

describe('the host without streams', () => {
  test('a chunked body is dropped, as in Azure', async () => {
    const { body } = await sendChunked('buffered', '/echo', ['one ', 'two']);
    expect(JSON.parse(body).body).toBe('');
  });

  test('a function without a response is 204', async () => {
    expect(await answer('buffered', '/silent')).toMatchObject({ status: 204, body: '' });
  });
});

describe('stopping', () => {
  test('SIGTERM lets a running request finish, runs appTerminate and exits with 0', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-stop-'));
    const closed = join(folder, 'closed');
    const host = await serveFixture('streamed', { TERMINATED_FILE: closed });
    const running = fetch(`${host.baseUrl}/slow/400`).then((response) => response.text());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await host.end('SIGTERM')).toBe(0);
    expect(await running).toBe('done');
    expect(existsSync(closed) && readFileSync(closed, 'utf8')).toBe('closed');
    rmSync(folder, { recursive: true });
  });

  test('D16: a kept-alive client has all its answers, and its connection closes after one of them', async () => {
    const host = await serveFixture('streamed');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async (path: string) => {
      const [response] = await once(get(host.baseUrl + path, { agent }), 'response');
      return { connection: response.headers.connection, body: await text(response) };
    };
    expect(await send('/slow/1')).toEqual({ connection: 'keep-alive', body: 'done' });
    const running = send('/slow/600');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const ended = host.end('SIGTERM');
    expect(await running).toEqual({ connection: 'close', body: 'done' });
    expect(await ended).toBe(0);
  });

  test('D16: a client that goes on sending does not keep the host alive', async () => {
    const host = await serveFixture('streamed');
    const outcomes: string[] = [];
    const client = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (;;) {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
          get(`${host.baseUrl}/slow/20`, { agent }, resolve).once('error', reject);
        });
        outcomes.push(await text(response));
      }
    };
    const clients = Array.from({ length: 8 }, () => client().catch(({ code }) => code));
    await expect.poll(() => outcomes.length).toBeGreaterThan(16);
    expect(await host.end('SIGTERM')).toBe(0);
    const ends = await Promise.all(clients);
    expect(new Set(outcomes)).toEqual(new Set(['done']));
    // A request that meets the end of an idle connection was never read.
    for (const end of ends) expect(['ECONNREFUSED', 'ECONNRESET']).toContain(end);
  });

  test('a second Ctrl-C exits at once', async () => {
    const host = await serveFixture('streamed');
    const running = fetch(`${host.baseUrl}/slow/4000`).catch(() => 'cut off');
    await new Promise((resolve) => setTimeout(resolve, 100));
    host.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await host.end('SIGINT')).toBe(130);
    expect(await running).toBe('cut off');
  });

  test('the host ends with the process that started it', async () => {
    const host = await serveFixture('streamed');
    const exited = once(host.child, 'exit');
    host.child.disconnect();
    expect((await exited)[0]).toBe(0);
  });
});
