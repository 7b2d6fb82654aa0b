import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { watchEventLoop } from '../../lib/base/watch-event-loop.ts';
import { FairShare } from '../../lib/http/fair-share.ts';

const rate = { perSecond: 50, burst: 100 };

/** The share with a clock that stands still, and the order in which requests began. */
function open({ perSecond, burst } = rate, isBusy = false) {
  const clock = { now: 0 };
  const state = { isBusy };
  const share = new FairShare(
    { perSecond, burst },
    () => clock.now,
    () => state.isBusy,
  );
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const send = async (tenant: string) => {
    const end = await share.enter(tenant);
    begun.push(tenant);
    ends.push(end);
  };
  return { clock, state, begun, ends, send };
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
  const slow = { perSecond: 25, burst: 25 };
  const waitingMax = slow.perSecond * limits.pacedSecondsMax;

  test('is served while no other sends requests', async () => {
    const { begun, send } = open(slow, true);
    for (let sent = 0; sent < 100; sent += 1) void send('a');
    await settle();
    expect(begun).toHaveLength(limits.requestsOfTenantAtOnce);
  });

  test('is slowed down to its rate on a busy instance', async () => {
    const { clock, begun, ends, send } = open(slow, true);
    void send('other');
    for (let sent = 0; sent < 100; sent += 1) void send('a');
    const endAll = async () => {
      for (let turn = 0; turn < 50; turn += 1) {
        for (const end of ends.splice(0)) end();
        await settle();
      }
    };
    await endAll();
    expect(begun.filter((tenant) => tenant === 'a')).toHaveLength(slow.perSecond);
    clock.now += 400;
    void send('other');
    await expect.poll(async () => endAll().then(() => begun.length)).toBe(slow.perSecond + 10 + 2);
  });

  test('has few requests at once on a busy instance, and as many as before once it is not', async () => {
    const { state, begun, send } = open(rate, true);
    void send('other');
    for (let sent = 0; sent < 40; sent += 1) void send('a');
    await settle();
    expect(begun).toHaveLength(1 + limits.requestsOfTenantWhileBusy);
    state.isBusy = false;
    void send('a');
    await expect.poll(() => begun.length).toBe(1 + limits.requestsOfTenantAtOnce);
  });

  test('is slowed down once the event loop has had no rest for a while', async () => {
    const begun: string[] = [];
    const share = new FairShare(rate, Date.now, watchEventLoop(Date.now));
    const send = async (tenant: string) => {
      await share.enter(tenant);
      begun.push(tenant);
    };
    for (const end = Date.now() + 300; Date.now() < end; );
    await send('other');
    for (let sent = 0; sent < 40; sent += 1) void send('a');
    await settle();
    expect(begun).toHaveLength(1 + limits.requestsOfTenantWhileBusy);
  });

  test('is refused where it would wait too long while others wait, until its bucket has a token again', async () => {
    const { clock, send } = open({ ...slow, burst: 2 });
    for (let sent = 0; sent < waitingMax + limits.requestsOfTenantAtOnce; sent += 1) void send('a');
    expect(await Promise.race([statusOf(send('a')), settle().then(() => 'waits')])).toBe('waits');
    for (let sent = 0; sent < 10; sent += 1) void send('b');
    const refused = await send('a').catch((error) => error);
    expect(refused).toMatchObject({ status: 429, headers: { 'Retry-After': '10' } });
    expect(refused.message).toMatch(
      /more than 25 requests a second .+: send this one again after Retry-After/,
    );
    clock.now += 1_000;
    expect(await Promise.race([statusOf(send('a')), settle().then(() => 'waits')])).toBe('waits');
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
