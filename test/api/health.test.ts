import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { type Relay, startRelay } from '../emulator/relay.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { makeClock } from '../support/clock.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { openAccount } from '../support/engine.ts';
import { linesOf } from '../support/log-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-health-'));
const clock = makeClock(folder);
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let relay: Relay;
let endpoint: Endpoint;

beforeAll(async () => {
  emulator = await startEmulator();
  relay = await startRelay(emulator.endpoint);
  const account = { COSMOS_ENDPOINT: relay.endpoint, COSMOS_DATABASE: 'muster', COSMOS_KEY: emulatorKey };
  endpoint = await startEndpoint({ env: { ...account, ...clock.env, TEST_CLOCK_TIMERS: '1' } });
});
afterAll(async () => {
  await endpoint?.stop();
  await relay?.close();
  await emulator?.close();
  rmSync(folder, { recursive: true });
});

// What was ready a moment ago is not asked again.
beforeEach(() => {
  relay.mode = 'forward';
  clock.pass(limits.readySecondsMax);
});

async function ask(path: string, method = 'GET') {
  const started = Date.now();
  const response = await fetch(endpoint.baseUrl + path, { method });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, took: Date.now() - started };
}

/** Why the log says that the store is unavailable, time after time. */
const reasons = () =>
  linesOf(endpoint.output()).flatMap(({ event, dependency, reason }) =>
    event === 'health' && dependency === 'store' ? [reason] : [],
  );

const stateOf = ({ text }: { text: string }) => JSON.parse(text);
const unavailable = {
  status: 'unavailable',
  dependencies: [{ name: 'store', status: 'unavailable', milliseconds: expect.any(Number) }],
};

describe('/health', () => {
  test('names what it asks, with its state and its milliseconds, to anyone', async () => {
    const answer = await ask('/health');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(stateOf(answer)).toEqual({
      status: 'ready',
      dependencies: [{ name: 'store', status: 'ok', milliseconds: expect.any(Number) }],
    });
  });

  test('answers HEAD without a body', async () => {
    const { status, text, headers } = await ask('/health', 'HEAD');
    expect([status, text, headers.get('cache-control')]).toEqual([200, '', 'no-store']);
  });

  test('takes for ready what was ready a moment ago, so that probes cost nothing', async () => {
    const first = stateOf(await ask('/health'));
    relay.mode = 'cut';
    for (const answer of await Promise.all([ask('/health'), ask('/health')])) {
      expect([answer.status, stateOf(answer)]).toEqual([200, first]);
    }
  });
});

describe('/health, once what was ready is asked again,', () => {
  test('is 503 while the database fails, and tells the log alone where and why', async () => {
    const before = reasons().length;
    relay.mode = 'echo';
    const answer = await ask('/health');
    expect([answer.status, stateOf(answer)]).toEqual([503, unavailable]);
    expect(answer.text).not.toMatch(/127\.0\.0\.1|http|key|Cannot/i);
    expect(reasons().slice(before)).toEqual([
      expect.stringContaining('Cannot take /dbs/muster/colls/tenants'),
    ]);
  });

  test('D14: is 503 while the database takes no writes', async () => {
    relay.mode = 'read only';
    const answer = await ask('/health');
    expect([answer.status, stateOf(answer)]).toEqual([503, unavailable]);
  });

  test('D14: leaves nothing in the database', async () => {
    expect((await ask('/health')).status).toBe(200);
    const account = { endpoint: emulator.endpoint, database: 'muster', auth: { key: emulatorKey } };
    const store = await openAccount(account);
    expect(await store.count({ container: 'tenants', tenantId: '_health', kind: 'probe' })).toBe(0);
    await store.close();
  });

  test('is 503 in two seconds while the database never answers, and all who ask then wait for one answer', async () => {
    relay.mode = 'hang';
    const before = reasons().length;
    const asked = Promise.all([ask('/health'), ask('/health', 'HEAD'), ask('/health')]);
    // All three are waiting by now.
    await setTimeout(200);
    clock.pass(limits.dependencyMillisecondsMax / 1_000);
    const answers = await asked;
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(answers.map(({ text }) => text)).toEqual([answers[2]?.text, '', answers[0]?.text]);
    const [{ milliseconds }] = stateOf(answers[0] ?? { text: '' }).dependencies;
    expect(milliseconds).toBeGreaterThanOrEqual(limits.dependencyMillisecondsMax);
    expect(reasons().slice(before)).toEqual(['no answer within 2000 milliseconds']);
    // The failure that the check meets in the end is logged too, and must not appear in the next test.
    relay.mode = 'cut';
    relay.endHanging();
    await vi.waitFor(() => expect(reasons().length).toBe(before + 2), 10_000);
  });

  test('is 503 in two seconds while the database ends connections', async () => {
    relay.mode = 'cut';
    const answer = await ask('/health');
    expect([answer.status, stateOf(answer)]).toEqual([503, unavailable]);
    expect(answer.took).toBeLessThan(4_000);
  });

  test('is 200 again as soon as the database answers', async () => {
    relay.mode = 'cut';
    expect((await ask('/health')).status).toBe(503);
    relay.mode = 'forward';
    expect((await ask('/health')).status).toBe(200);
  });
});

describe('/health/live', () => {
  test.each(['forward', 'cut', 'hang'] as const)(
    'is 200 at once, whatever becomes of the database (%s)',
    async (mode) => {
      relay.mode = mode;
      const answer = await ask('/health/live');
      expect([answer.status, stateOf(answer)]).toEqual([200, { status: 'live' }]);
      expect(answer.took).toBeLessThan(1_000);
      expect(await ask('/health/live', 'HEAD')).toMatchObject({ status: 200, text: '' });
    },
  );
});
