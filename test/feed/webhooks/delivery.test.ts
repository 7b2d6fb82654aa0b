import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { changeWebhook } from '../../../lib/feed/webhooks/manage.ts';
import { actor, openStage, sequencesOf, upTo } from './stage.ts';

const minute = 60_000;
const day = 86_400_000;
const some = (n: number) => Array.from({ length: n }, () => ({}));

describe('an ordered endpoint', () => {
  test('gets every event once and in order, one at a time, signed', async () => {
    await using stage = await openStage();
    const { one, receiver } = stage;
    const { secret } = await stage.endpoint({ tenant: 't1' });
    for (const n of [1, 150, 40]) await one.enter('t1', some(n));
    await one.enter('t2', some(3));
    await one.webhooks.settled();
    expect(sequencesOf(receiver)).toEqual(upTo(191));
    expect(receiver.atOnce).toBe(1);
    for (const { body, headers, event } of receiver.received.slice(0, 3)) {
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(event);
      expect(headers).toMatchObject({
        'webhook-id': event.id,
        'content-type': 'application/cloudevents+json',
      });
    }
    expect(await stage.count('t1', ['webhook-cursor'])).toBe(1);
    expect(await stage.count('t1', ['webhook-attempts'])).toBeLessThan(10);
  });

  test('gets an event that it refuses again, before those behind it', async () => {
    await using stage = await openStage();
    const { one, receiver, clock } = stage;
    const { ref } = await stage.endpoint({ tenant: 't1' });
    receiver.reply = () => ({ status: 503 });
    await one.enter('t1', some(3));
    await one.webhooks.settled();
    expect(receiver.received).toHaveLength(1);
    clock.time += 4_000;
    await one.timer();
    expect(receiver.received).toHaveLength(1);
    clock.time += 2_000;
    receiver.reply = () => ({ status: 302, headers: { location: receiver.url } });
    await one.timer();
    expect(receiver.received).toHaveLength(2);
    expect((await stage.stateOf(ref)).failures).toBe(2);
    clock.time += 5 * minute;
    receiver.reply = () => ({ status: 200 });
    await one.timer();
    expect(receiver.received.map(({ event }) => Number(event.sequence))).toEqual([1, 1, 1, 2, 3]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
    expect((await stage.stateOf(ref)).failures).toBe(0);
  });

  test('of all tenants gets the events of each, and those of tenants themselves', async () => {
    await using stage = await openStage();
    const { one, receiver } = stage;
    await stage.endpoint();
    receiver.reply = () => ({ status: 200, milliseconds: 5 });
    await Promise.all([one.enter('t1', some(20)), one.enter('t2', some(20))]);
    await one.enter('_deployment', []);
    await one.enter('t3', [{ operation: 'create', resourceType: 'Tenant', resource: 't3' }]);
    await one.webhooks.wake('_deployment');
    await one.webhooks.settled();
    const of = (source: string) => receiver.accepted.filter(({ event }) => event.source.endsWith(source));
    for (const tenant of ['t1', 't2'])
      expect(of(`/${tenant}`).map(({ event }) => Number(event.sequence))).toEqual(upTo(20));
    expect(of('/t3').map(({ event }) => event.type)).toEqual(['tenant.created']);
    expect(receiver.atOnce).toBeGreaterThan(1);
  });
});

describe('an unordered endpoint', () => {
  test('gets what ends access first, and members of a group in order', async () => {
    await using stage = await openStage();
    const { one, receiver } = stage;
    await stage.endpoint({ tenant: 't1', ordered: false });
    receiver.reply = () => ({ status: 200, milliseconds: 2 });
    const members = (n: number) => ({
      ...{ resourceType: 'Group', resource: `g${n % 2}`, attributes: ['members'] },
      event: { added: [`m${n}`] },
    });
    const deactivated = { event: { active: false } };
    await one.enter('t1', [...some(150), ...upTo(30).map(members), ...some(20).map(() => deactivated)]);
    await one.webhooks.settled();
    const types = receiver.accepted.map(({ event }) => event.type);
    expect(types.slice(0, 20)).toEqual(some(20).map(() => 'user.deactivated'));
    expect(sequencesOf(receiver).toSorted((a, b) => a - b)).toEqual(upTo(200));
    for (const group of ['g0', 'g1']) {
      const own = receiver.accepted.filter(({ event }) => event.subject === `groups/${group}`);
      expect(own).toHaveLength(15);
      const sequences = own.map(({ event }) => event.sequence);
      expect(sequences).toEqual(sequences.toSorted());
    }
    expect(receiver.atOnce).toBeGreaterThan(1);
    expect(receiver.atOnce).toBeLessThanOrEqual(10);
  });

  test('gets the others while one is refused, and not the members behind a refused one of their group', async () => {
    await using stage = await openStage();
    const { one, receiver, clock, lines } = stage;
    await stage.endpoint({ tenant: 't1', ordered: false, types: ['group.', 'user.updated'] });
    const isBad = ({ event }: { event: { data: { added?: string[] } } }) => event.data.added?.[0] === 'm1';
    receiver.reply = (received) => ({ status: isBad(received) ? 400 : 200 });
    const members = (n: number) => ({
      ...{ resourceType: 'Group', resource: 'g', attributes: ['members'], event: { added: [`m${n}`] } },
    });
    await one.enter('t1', [members(1), members(2), ...some(5), { operation: 'create' }, members(3)]);
    await one.webhooks.settled();
    expect(sequencesOf(receiver).toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7]);
    // After its last attempt the event is given up, which lets the others of its group through.
    for (let attempt = 1; attempt < 10; attempt += 1) {
      clock.time += day;
      await one.enter('t1', [{}]);
      await one.timer();
    }
    expect(receiver.received.filter(isBad)).toHaveLength(10);
    expect(lines).toMatchObject([{ state: 'givenUp', feed: 't1', sequence: 1 }]);
    expect(
      sequencesOf(receiver)
        .filter((n) => n < 10)
        .slice(-2),
    ).toEqual([2, 9]);
  });
});

describe('a failing endpoint', () => {
  test('gets one attempt by the schedule, is heard of once, and is drained in order when it lives', async () => {
    await using stage = await openStage();
    const { one, receiver, clock, lines } = stage;
    const { ref } = await stage.endpoint({ ordered: true });
    receiver.reply = () => ({ status: 500, body: 'no\u0000thing'.repeat(100) });
    for (const tenant of upTo(5)) {
      await createTenant(stage, `t${tenant}`);
      await one.enter(`t${tenant}`, some(30));
    }
    await one.webhooks.settled();
    expect(receiver.received).toHaveLength(5);
    expect(lines).toMatchObject([{ event: 'webhook', webhook: ref.id, state: 'failing', failures: 5 }]);
    await one.enter('t1', some(30));
    await one.webhooks.settled();
    await one.timer();
    expect(receiver.received).toHaveLength(5);
    clock.time += 6_000;
    await Promise.all([one.timer(), stage.start().timer()]);
    expect(receiver.received).toHaveLength(6);
    const attempts = [];
    for (const passed of [5 * minute, 30 * minute, 2 * 60 * minute]) {
      clock.time += passed - minute;
      await one.timer();
      attempts.push(receiver.received.length);
      clock.time += 2 * minute;
      await one.timer();
      attempts.push(receiver.received.length);
    }
    expect(attempts).toEqual([6, 7, 7, 8, 8, 9]);
    receiver.reply = () => ({ status: 200, milliseconds: 3 });
    receiver.atOnce = 0;
    clock.time += 6 * 60 * minute;
    await one.timer();
    for (const tenant of upTo(5)) {
      const own = receiver.accepted.filter(({ event }) => event.source.endsWith(`/t${tenant}`));
      expect(own.map(({ event }) => Number(event.sequence))).toEqual(upTo(tenant === 1 ? 60 : 30));
    }
    expect(receiver.atOnce).toBeGreaterThan(1);
    expect(receiver.atOnce).toBeLessThanOrEqual(10);
    expect(lines).toHaveLength(2);
    const after = await stage.stateOf(ref);
    expect([after.state, after.failures, after.catchUp]).toEqual(['active', 0, undefined]);
  });

  test('is disabled after five days, and delivered to where it stopped once it is enabled', async () => {
    await using stage = await openStage();
    const { one, receiver, clock } = stage;
    const { ref } = await stage.endpoint({ tenant: 't1' });
    receiver.reply = () => ({ status: 500 });
    await one.enter('t1', some(10));
    await one.webhooks.settled();
    for (let hours = 0; hours < 122; hours += 2) {
      clock.time += 2 * 60 * minute;
      await one.timer();
    }
    expect(await stage.stateOf(ref)).toMatchObject({ state: 'disabled', reason: 'failures' });
    expect(receiver.received.length).toBeLessThan(14);
    receiver.reply = () => ({ status: 200 });
    await one.enter('t1', some(10));
    await one.timer();
    expect(receiver.accepted).toEqual([]);
    await changeWebhook(one, ref, { enabled: true, actor });
    await one.webhooks.settled();
    expect(sequencesOf(receiver)).toEqual(upTo(20));
  });

  test('is disabled at once if it answers 410, and waits as long as it asks', async () => {
    await using stage = await openStage();
    const { one, receiver, clock } = stage;
    const { ref } = await stage.endpoint({ tenant: 't1' });
    receiver.reply = () => ({ status: 429, headers: { 'retry-after': '120' } });
    await one.enter('t1', some(1));
    await one.webhooks.settled();
    clock.time += 60_000;
    await one.timer();
    expect(receiver.received).toHaveLength(1);
    clock.time += 61_000;
    receiver.reply = () => ({ status: 410 });
    await one.timer();
    expect(receiver.received).toHaveLength(2);
    expect(await stage.stateOf(ref)).toMatchObject({ state: 'disabled', reason: 'gone' });
  });

  test('leaves no document for each of the events that wait', async () => {
    await using stage = await openStage();
    const { one, receiver, clock } = stage;
    const { ref } = await stage.endpoint({ tenant: 't1', ordered: false });
    receiver.reply = () => ({ status: 500 });
    await one.enter('t1', some(6));
    await one.webhooks.settled();
    expect((await stage.stateOf(ref)).state).toBe('failing');
    const kinds = ['webhook', 'webhook-list', 'webhook-cursor', 'webhook-attempts', 'record'];
    const before = await stage.count('t1', kinds);
    await one.enter('t1', some(10_000));
    await one.webhooks.settled();
    expect(await stage.count('t1', kinds)).toBe(before);
    receiver.reply = () => ({ status: 200 });
    clock.time += 6_000;
    const isEnough = () => receiver.accepted.length >= 300;
    const run = one.timer();
    while (!isEnough()) await new Promise((resolve) => setTimeout(resolve, 20));
    await one.webhooks.close();
    await run;
    const sequences = sequencesOf(receiver).toSorted((a, b) => a - b);
    expect(sequences).toEqual(upTo(sequences.length));
    expect(await stage.count('t1', ['webhook-cursor'])).toBe(1);
  });
});

async function createTenant({ tenants, store }: Awaited<ReturnType<typeof openStage>>, id: string) {
  const place = { container: 'tenants', tenantId: '_registry' } as const;
  await store.commit(place, [{ op: 'create', document: { ...place, kind: 'tenant-ref', id } }]);
  expect((await tenants.list({ limit: 100 })).more).toBe(false);
}
