import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { type Endpoint, scim, startEndpoint } from '../support/endpoint.ts';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await startEndpoint({
    env: {
      TENANT_REQUESTS_PER_SECOND: '25',
      TENANT_REQUESTS_BURST: '300',
      MUSTER_LOG: 'information',
    },
  });
});
afterAll(() => endpoint.stop());

const linesOf = (event: string) =>
  endpoint.output().match(new RegExp(`"event":"${event}"`, 'g'))?.length ?? 0;

describe('callers without a good key', () => {
  test('D21: get 429 above the rate, cost few lines of log, and keep nobody else out', async () => {
    const before = linesOf('request');
    const guess = async (number: number) => {
      const headers = { authorization: `Bearer muster_unknown${number}_${'x'.repeat(43)}` };
      const answer = await fetch(`${endpoint.tenantUrl}/Users`, { headers });
      return {
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        body: await answer.text(),
      };
    };
    const answers = [];
    for (let round = 0; round < 8; round += 1) {
      const guesses = Array.from({ length: 100 }, (_, number) => guess(round * 100 + number));
      answers.push(...(await Promise.all(guesses)));
    }
    const told = answers.filter(({ status }) => status === 401);
    const limited = answers.filter(({ status }) => status === 429);
    expect(told.length + limited.length).toBe(800);
    expect(told.length).toBeGreaterThanOrEqual(300);
    expect(limited.length).toBeGreaterThan(0);
    for (const { retryAfter, body } of limited) {
      expect([retryAfter, JSON.parse(body).detail]).toEqual([
        '1',
        expect.stringMatching(/: correct the token/),
      ]);
    }
    expect(linesOf('refused')).toBe(limits.refusedLinesPerMinute);
    expect(linesOf('request') - before).toBe(limits.refusedLinesPerMinute);
    expect((await scim(endpoint, 'GET', '/Users')).status).toBe(200);
    const customer = await endpoint.createTenant({ name: 'Contoso' });
    const { keys } = (await endpoint.manage('GET', `/manage/tenants/${customer.tenantId}/keys`)).body;
    await endpoint.manage('DELETE', `/manage/tenants/${customer.tenantId}/keys/${keys[0].id}`);
    const ended = await scim(customer, 'GET', '/Users');
    expect([ended.status, ended.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer error="invalid_token", resource_metadata="http/),
    ]);
  });
});

test('a tenant above its rate is served while no other waits', async () => {
  const sent = Array.from({ length: 600 }, () => scim(endpoint, 'GET', '/Users?count=0'));
  const statuses = new Set((await Promise.all(sent)).map(({ status }) => status));
  expect([...statuses]).toEqual([200]);
});
