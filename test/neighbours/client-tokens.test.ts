import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Clock, makeClock } from '../support/clock.ts';
import { type Answer, type Endpoint, scim, startEndpoint } from '../support/endpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-tokens-'));
const day = 86_400;
let clock: Clock;
let endpoint: Endpoint;

beforeAll(async () => {
  clock = makeClock(folder);
  endpoint = await startEndpoint({ env: clock.env });
});
afterAll(async () => {
  await endpoint.stop();
  rmSync(folder, { recursive: true });
});

interface Holder {
  readonly tenant: string;
  readonly tenantUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

let tenants = 0;

/** A tenant with a client secret that is valid for so many days. */
async function holderOf({ keys = {}, preset = {}, days = 730 }): Promise<Holder> {
  tenants += 1;
  const policy = { keys: { activeMax: 10, daysMax: 730, ...keys } };
  const made = await endpoint.manage('POST', '/manage/tenants', { name: `T${tenants}`, policy, ...preset });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { id: tenant, tenantUrl } = made.body;
  const issued = await endpoint.manage('POST', `/manage/tenants/${tenant}/keys`, {
    kind: 'client',
    validDays: days,
  });
  expect(issued.status, JSON.stringify(issued.body)).toBe(201);
  return { tenant, tenantUrl, clientId: issued.body.clientId, clientSecret: issued.body.clientSecret };
}

/** Asks for a token; the body is a form. */
async function ask({ clientId, clientSecret }: Holder, path = '/oauth/token', headers = {}): Promise<Answer> {
  const response = await fetch(endpoint.baseUrl + path, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function opens(holder: Holder, token: string): Promise<number> {
  return (await scim({ ...holder, token }, 'GET', '/Users?count=0')).status;
}

const edit = (holder: Holder, keys: unknown) =>
  endpoint.manage('PATCH', `/manage/tenants/${holder.tenant}`, { policy: { keys } });

describe('A19: keys.tokenMinutes is the validity of tokens', () => {
  test.each<[string, object, seconds: number]>([
    ['by default', {}, 3_600],
    ['the shortest', { tokenMinutes: 5 }, 300],
    ['what the gallery allows at most', { tokenMinutes: 360 }, 21_600],
    ['an odd number', { tokenMinutes: 61 }, 3_660],
    ['with tokenDays as it is by default', { tokenMinutes: 5, tokenDays: 1 }, 300],
    ['with tokenDays, which counts', { tokenMinutes: 5, tokenDays: 2 }, 2 * day],
    ['with tokenDays alone', { tokenDays: 30 }, 30 * day],
    ['the longest, but not longer than its secret', { tokenMinutes: 1_051_200 }, 730 * day],
  ])('%s', async (_, keys, seconds) => {
    const { body } = await ask(await holderOf({ keys }));
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'scim' });
    expect(body.expires_in).toBeLessThanOrEqual(seconds);
    expect(body.expires_in).toBeGreaterThan(seconds - 60);
  });

  test.each(['signl4', 'v6', 'sofa', 'sguard', 'signinghub'])('the preset %s', async (preset) => {
    const onBehalf = preset === 'v6' ? { keys: { issuerRoles: [] } } : {};
    const days = preset === 'sofa' ? 90 : 365;
    const holder = await holderOf({ ...onBehalf, preset: { preset }, days });
    const seconds = preset === 'signinghub' ? 30 * day : 3_600;
    for (const answer of [await ask(holder), await ask(holder, '/authenticate', { 'x-scim': 'true' })]) {
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      expect(Math.abs(seconds - answer.body.expires_in)).toBeLessThan(60);
    }
  });

  test.each([4, 0, -60, 1_051_201, 60.5, '60', true, [[]], {}, 2_000_000])(
    'refuses %j',
    async (tokenMinutes) => {
      const holder = await holderOf({ keys: { tokenMinutes: 90 } });
      const answers = [
        await edit(holder, { tokenMinutes }),
        await endpoint.manage('POST', '/manage/tenants', { name: 'x', policy: { keys: { tokenMinutes } } }),
      ];
      for (const { status, body } of answers) {
        expect([status, body.detail]).toEqual([400, expect.stringContaining('keys.tokenMinutes')]);
        expect(body.detail).toMatch(/must be (5 or more|1051200 or less|a whole number|a number)$/);
      }
      const { body } = await ask(holder);
      expect(Math.abs(5_400 - body.expires_in)).toBeLessThan(60);
    },
  );

  test('an edit holds for later tokens, and null brings back an hour', async () => {
    const holder = await holderOf({ keys: { tokenMinutes: 600 } });
    for (const [keys, seconds] of [
      [{ tokenMinutes: 10 }, 600],
      [{ tokenDays: 3 }, 3 * day],
      [{ tokenDays: null }, 600],
      [{ tokenMinutes: null }, 3_600],
    ] as const) {
      expect((await edit(holder, keys)).status).toBe(200);
      const { body } = await ask(holder);
      expect(Math.abs(seconds - body.expires_in), JSON.stringify(keys)).toBeLessThan(60);
    }
  });

  test('a token ends when it says so, and not with a later, shorter policy', async () => {
    const [brief, long] = [
      await holderOf({ keys: { tokenMinutes: 5 } }),
      await holderOf({ keys: { tokenMinutes: 360 } }),
    ];
    const [first, second] = [(await ask(brief)).body, (await ask(long)).body];
    await edit(long, { tokenMinutes: 5 });
    expect([await opens(brief, first.access_token), await opens(long, second.access_token)]).toEqual([
      200, 200,
    ]);
    clock.pass(240);
    expect(await opens(brief, first.access_token)).toBe(200);
    clock.pass(61);
    expect([await opens(brief, first.access_token), await opens(long, second.access_token)]).toEqual([
      401, 200,
    ]);
    expect((await ask(brief)).status).toBe(200);
    clock.pass(6 * 3_600);
    expect(await opens(long, second.access_token)).toBe(401);
  });

  test('no token outlives its secret', async () => {
    const holder = await holderOf({ keys: { tokenMinutes: 1_051_200 }, days: 2 });
    clock.pass(day);
    const { body } = await ask(holder);
    expect(body.expires_in).toBeLessThanOrEqual(day);
    expect(body.expires_in).toBeGreaterThan(day - 60);
    clock.pass(day + 60);
    expect([await opens(holder, body.access_token), (await ask(holder)).status]).toEqual([401, 401]);
  });
});
