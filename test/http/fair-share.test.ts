import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { createFairShare } from '../../lib/http/fair-share.ts';

const rate = { perSecond: 50, burst: 100 };

/** The share with a clock that stands still, and the order in which requests began. */
function open({ perSecond, burst } = rate) {
  const clock = { now: 0 };
  const share = createFairShare({ perSecond, burst }, () => clock.now);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const send = async (tenant: string) => {
    const end = await share.enter(tenant);
    begun.push(tenant);
    ends.push(end);
  };
  return { clock, begun, ends, send };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const statusOf = (sent: Promise<void>) =>
  sent.then(
    () => 200,
    ({ status }) => status,
  );

describe('the share of an instance', () => {
  test('begins every request at once while there is room', async () => {
    const { begun, send } = open();
    await Promise.all(Array.from({ length: limits.requestsOfTenantAtOnce }, () => send('a')));
    await send('b');
    expect(begun).toHaveLength(limits.requestsOfTenantAtOnce + 1);
  });

  test('gives tenants that wait turns one after the other', async () => {
    const { begun, ends, send } = open({ perSecond: 50, burst: 1_000 });
    for (let sent = 0; sent < 200; sent += 1) void send('busy');
    for (let sent = 0; sent < 20; sent += 1) void send(`t${sent}`);
    await settle();
    while (begun.length < 80) {
      ends.shift()?.();
      await settle();
    }
    // Whoever came last waits for one turn of each other tenant, not for the 200 requests before.
    for (let tenant = 0; tenant < 20; tenant += 1) expect(begun).toContain(`t${tenant}`);
  });

  test('keeps room from a tenant that fills its own', async () => {
    const { begun, send } = open();
    for (let sent = 0; sent < 100; sent += 1) void send('busy');
    await send('other');
    expect(begun.filter((tenant) => tenant === 'busy')).toHaveLength(limits.requestsOfTenantAtOnce);
  });
});

describe('a tenant above its rate', () => {
  const fill = (send: (tenant: string) => Promise<void>, tenants: readonly string[]) => {
    for (const tenant of tenants) for (let sent = 0; sent < 40; sent += 1) void statusOf(send(tenant));
  };

  test('is served while no other waits', async () => {
    const { begun, send } = open({ perSecond: 25, burst: 25 });
    for (let sent = 0; sent < 100; sent += 1) void send('a');
    await settle();
    expect(begun).toHaveLength(limits.requestsOfTenantAtOnce);
  });

  test('is told to wait while others do, until its bucket has a token again', async () => {
    const { clock, send } = open({ perSecond: 25, burst: 25 });
    fill(send, ['a', 'b', 'c']);
    const refused = await send('a').catch((error) => error);
    expect(refused).toMatchObject({ status: 429, headers: { 'Retry-After': '1' } });
    expect(refused.message).toMatch(
      /more than 25 requests a second .+: send this one again after Retry-After/,
    );
    clock.now += 40;
    const sent = statusOf(send('a'));
    expect(await Promise.race([sent, settle().then(() => 'waits')])).toBe('waits');
    expect(await statusOf(send('a'))).toBe(429);
  });

  test('has a bounded line', async () => {
    const { send } = open({ perSecond: 10_000, burst: 10_000 });
    const most = limits.requestsOfTenantAtOnce + limits.requestsOfTenantWaitingMax;
    for (let sent = 0; sent < most; sent += 1) void send('a');
    const refused = await send('a').catch((error) => error);
    expect(refused).toMatchObject({
      status: 429,
      message: expect.stringMatching(/has 1000 requests that wait: /),
    });
    expect(await statusOf(send('b'))).toBe(200);
  });
});

test('whatever tenants send and end, none has more room than it may, and all are served', () => {
  const act = fc.oneof(
    fc.record({ send: fc.constantFrom('a', 'b', 'c', 'd') }),
    fc.record({ end: fc.nat(99) }),
  );
  return fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 300 }), async (acts) => {
      const { begun, ends, send } = open({ perSecond: 10_000, burst: 10_000 });
      let sent = 0;
      let ended = 0;
      for (const one of acts) {
        if ('send' in one) {
          sent += 1;
          void send(one.send);
        } else {
          const [end] = ends.splice(one.end % Math.max(1, ends.length), 1);
          if (end) ended += 1;
          end?.();
        }
        await settle();
        expect(begun.length - ended).toBeLessThanOrEqual(limits.requestsAtOnce);
      }
      while (ends.length > 0) {
        ends.shift()?.();
        await settle();
      }
      expect(begun).toHaveLength(sent);
    }),
    { numRuns: 50 },
  );
});
