import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Relay, startRelay } from '../emulator/relay.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { type Canaries, findCanaries } from '../support/canaries.ts';
import { type Endpoint, scim, startEndpoint } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { canaries, person, sendAll, sendManagement, sendWrongKeys, type Tenant } from './canary-traffic.ts';

/** The parts of a key's secret, none of which may appear. */
function secretOf(token: string): Canaries {
  const [, , secret = ''] = token.split('_');
  expect(secret).toHaveLength(43);
  return Object.fromEntries([0, 14, 29].map((at) => [`secret from ${at} on`, secret.slice(at, at + 14)]));
}

describe('the detector finds a canary', () => {
  const text = `Kwyjibo "Ñame" <O'Zwick>&+%`;
  const planted = { planted: text };
  const percent = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

  test.each([
    ['as it is', text],
    ['in lower case', text.toLowerCase()],
    ['in upper case', text.toUpperCase()],
    ['in JSON', JSON.stringify({ line: text })],
    ['in JSON in JSON', JSON.stringify({ line: JSON.stringify([text]) })],
    ['in JSON in ASCII', JSON.stringify(text).replace('Ñ', '\\u00d1')],
    ['in a URL', `/Users?filter=${encodeURIComponent(text)}`],
    ['in a URL in a URL', encodeURIComponent(encodeURIComponent(text))],
    ['in a form', `a=b&${new URLSearchParams({ q: text })}`],
    ['in percent signs', percent],
    ['in base64', Buffer.from(text).toString('base64')],
    ['in base64 behind 1 byte', Buffer.from(`x${text}y`).toString('base64')],
    ['in base64 behind 5 bytes', Buffer.from(`xxxxx${text}yy`).toString('base64url')],
    ['in base64 in lower case', Buffer.from(text.toLowerCase()).toString('base64')],
    ['in hexadecimal', Buffer.from(text).toString('hex').toUpperCase()],
    [
      'in a printed buffer',
      '<Buffer 4b 77 79 6a 69 62 6f 20 22 c3 91 61 6d 65 22 20 3c 4f 27 5a 77 69 63 6b 3e 26 2b 25>',
    ],
    ['in a buffer in JSON', JSON.stringify(Buffer.from(text))],
    [
      'in HTML',
      text
        .replaceAll('"', '&#34;')
        .replaceAll("'", '&#39;')
        .replace('&+', '&#38;+')
        .replace('<', '&#60;')
        .replace('>', '&#62;'),
    ],
  ])('%s', (_, written) => {
    expect(findCanaries(`{"level":"error","x":"${written}"}\n`, planted)).not.toEqual([]);
  });

  test('and nothing where there is none', () => {
    expect(findCanaries('{"level":"information","event":"request","status":200}', canaries)).toEqual([]);
  });
});

describe('nothing personal or secret is in the output of an endpoint at its most talkative', () => {
  let endpoint: Endpoint;

  beforeAll(async () => {
    endpoint = await startEndpoint({ env: { MUSTER_LOG: 'debug', MUSTER_COST_HEADER: 'true' } });
  });
  afterAll(() => endpoint?.stop());

  test.each(['interop', 'entra', 'okta'])('whatever a client with the profile %s sends', async (profile) => {
    const tenant = await endpoint.createTenant({ name: canaries.tenantName, profile });
    const statuses = await sendAll(tenant);
    expect(new Set(statuses)).toEqual(new Set([200, 201, 204, 400, 404, 405, 406, 409, 415, 501]));
    expect(new Set(await sendWrongKeys(tenant))).toEqual(new Set([401]));
    expect(new Set(await sendManagement(endpoint, tenant))).toEqual(new Set([200, 201, 400, 404]));
    await maintenanceOf(endpoint);
    const { token, tenantId } = tenant;
    expect(findCanaries(endpoint.output(), { ...canaries, ...secretOf(token) })).toEqual([]);
    expect(findCanaries(endpoint.output(), { tenantId }), 'the search finds what is there').not.toEqual([]);
  });

  test('but the key that is printed on purpose, which shows that a key would be found', async () => {
    const printed = secretOf(endpoint.token);
    expect(findCanaries(endpoint.output(), printed)).toEqual(
      Object.keys(printed).map((name) => `${name} (plain)`),
    );
    expect(findCanaries(endpoint.output().replace(endpoint.token, ''), { ...canaries, ...printed })).toEqual(
      [],
    );
  });
});

test('nothing secret is in the reason why an endpoint does not start', async () => {
  const env = {
    COSMOS_ENDPOINT: canaries.path,
    COSMOS_KEY: canaries.wrongKey,
    MUSTER_LOG: canaries.parameter,
  };
  const reason = await startEndpoint({ env }).then(String, String);
  expect(reason).toContain('MUSTER_LOG must be debug, information or warning');
  expect(findCanaries(reason, canaries)).toEqual([]);
});

describe('nothing of it is in the output when the database fails and quotes what it was sent', () => {
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  let relay: Relay;
  let endpoint: Endpoint;
  let tenant: Tenant;

  beforeAll(async () => {
    emulator = await startEmulator();
    relay = await startRelay(emulator.endpoint);
    const account = { COSMOS_ENDPOINT: relay.endpoint, COSMOS_DATABASE: 'muster', COSMOS_KEY: emulatorKey };
    endpoint = await startEndpoint({ env: { MUSTER_LOG: 'debug', ...account } });
    tenant = await endpoint.createTenant({ name: canaries.tenantName, profile: 'entra' });
    expect((await scim(tenant, 'POST', '/Users', person())).status).toBe(201);
    relay.mode = 'echo';
  });
  afterAll(async () => {
    await endpoint?.stop();
    await relay?.close();
    await emulator?.close();
  });

  test('whatever a client sends', async () => {
    const statuses = await sendAll(tenant);
    expect(statuses).toContain(500);
    await sendWrongKeys(tenant);
    await sendManagement(endpoint, tenant);
    await maintenanceOf(endpoint);
    const found = findCanaries(endpoint.output(), { ...canaries, ...secretOf(tenant.token) });
    expect(found).toEqual([]);
  });

  test('though the answer names the request, and its line tells name, code and places of the failure', async () => {
    const answer = await scim(tenant, 'POST', '/Users', person('kwyjibo.other@kwyjibo.example'));
    const requestId = answer.headers.get('request-id');
    expect(answer.status).toBe(500);
    expect(answer.body.detail).toBe(`The request failed inside the service provider (request ${requestId})`);
    const line = () => linesOf(endpoint.output()).find((one) => one.requestId === requestId);
    await expect.poll(line).toMatchObject({
      level: 'error',
      error: 'internal',
      cause: { name: expect.any(String), code: 400, stack: expect.stringMatching(/ at .*:\d+:\d+/) },
    });
  });

  test('and the failed run of the timer is an error, with what failed', async () => {
    expect(await maintenanceOf(endpoint)).toMatchObject({
      level: 'error',
      failures: expect.any(Number),
      cause: {
        name: 'AggregateError',
        errors: expect.arrayContaining([expect.objectContaining({ code: 400 })]),
      },
    });
    expect(endpoint.output()).toContain(
      'Maintenance failed: the line "maintenance" of the log has the cause',
    );
  });
});

/** Runs the timer; the line that it leaves. */
async function maintenanceOf(endpoint: Endpoint) {
  const runs = () => linesOf(endpoint.output()).filter(({ event }) => event === 'maintenance');
  const before = runs().length;
  await endpoint.manage('POST', '/admin/functions/maintenance', { input: canaries.malformed });
  await expect.poll(() => runs().length, { timeout: 20_000 }).toBeGreaterThan(before);
  return runs().at(-1);
}
