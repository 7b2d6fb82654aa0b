import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { readAttempts } from '../../../lib/feed/webhooks/attempts.ts';
import {
  deleteWebhook,
  replayEvents,
  resendEvent,
  rotateWebhook,
  tryWebhook,
} from '../../../lib/feed/webhooks/manage.ts';
import { StoreError } from '../../../lib/store/document-store.ts';
import { interceptCommits } from '../../../lib/store/store-until.ts';
import { actor, idsOf, openStage, sequencesOf, upTo } from './stage.ts';

const some = (n: number) => Array.from({ length: n }, () => ({}));

describe('two instances', () => {
  test('never deliver an ordered stream at once, whatever their clocks say, and leave nothing out', async () => {
    await using stage = await openStage();
    const { one, receiver, clock } = stage;
    await stage.endpoint({ tenant: 't1' });
    const other = stage.start(stage.store, () => clock.time + 5 * 60_000);
    receiver.reply = () => ({ status: 200, milliseconds: 1 });
    for (let n = 0; n < 10; n += 1) {
      await Promise.all([one.enter('t1', some(3)), other.enter('t1', some(3))]);
      await Promise.all([one.webhooks.runDue({ store: stage.store, now: one.now }), other.timer()]);
    }
    await Promise.all([one.webhooks.settled(), other.webhooks.settled()]);
    expect(receiver.atOnce).toBe(1);
    expect(sequencesOf(receiver)).toEqual(upTo(60));
  });

  test('take over from one that is gone, once they have seen no sign of it', async () => {
    await using stage = await openStage();
    const { one, receiver, clock } = stage;
    await stage.endpoint({ tenant: 't1' });
    let isGone = false;
    const dying = stage.start(
      interceptCommits(stage.store, (inner) => async (partition, changes) => {
        if (isGone) throw new StoreError('unavailable');
        await inner.commit(partition, changes);
      }),
    );
    receiver.reply = () => {
      isGone = true;
      return { status: 200 };
    };
    await dying.enter('t1', some(5));
    await dying.webhooks.settled();
    const before = receiver.received.length;
    receiver.reply = () => ({ status: 200 });
    await one.enter('t1', some(5));
    await one.timer();
    expect(receiver.received).toHaveLength(before);
    clock.time += 46_000;
    await one.timer();
    // What the gone instance had not written down comes twice, with the same ids.
    expect([...new Set(sequencesOf(receiver))]).toEqual(upTo(10));
    expect(new Set(idsOf(receiver)).size).toBe(10);
  });
});

describe('operators', () => {
  test('rotate the secret; the former one signs until the overlap is over, and is then gone', async () => {
    await using stage = await openStage();
    const { one, receiver, clock } = stage;
    const { ref, secret } = await stage.endpoint({ tenant: 't1' });
    const rotated = await rotateWebhook(one, ref, { overlap: 3_600_000, actor });
    expect(rotated?.secret).not.toBe(secret);
    const verified = () => {
      const { body, headers } = receiver.received.at(-1) ?? { body: '', headers: {} };
      const signed = headers as Record<string, string>;
      return [secret, rotated?.secret ?? ''].map((key) => {
        try {
          return Boolean(new Webhook(key).verify(body, signed));
        } catch {
          return false;
        }
      });
    };
    await one.enter('t1', some(1));
    await one.webhooks.settled();
    expect(verified()).toEqual([true, true]);
    expect(await stage.count('_server', ['server-secret'], 'tokens')).toBe(2);
    // The verifier takes messages of the last five minutes only, so that the clock goes back for the next one.
    clock.time += 3_600_001;
    await one.timer();
    clock.time -= 3_600_001;
    expect(await stage.count('_server', ['server-secret'], 'tokens')).toBe(1);
    await one.enter('t1', some(1));
    await one.webhooks.settled();
    expect(verified()).toEqual([false, true]);
  });

  test('send one event again, and a range, with their ids', async () => {
    await using stage = await openStage();
    const { one, receiver, clock } = stage;
    const { ref } = await stage.endpoint({ tenant: 't1' });
    const started = clock.time;
    for (let n = 0; n < 5; n += 1) {
      await one.enter('t1', some(2));
      clock.time += 60_000;
    }
    await one.webhooks.settled();
    const ids = idsOf(receiver);
    const webhook = await stage.stateOf(ref);
    const event = ids[3];
    const attempt = await resendEvent(one, ref, { webhook, feed: 't1', event, actor });
    expect(attempt).toMatchObject({ event, status: 204 });
    expect(idsOf(receiver)).toEqual([...ids, event]);
    expect(await resendEvent(one, ref, { webhook, feed: 't1', event: 'evt_none', actor })).toBeUndefined();
    const range = { feed: 't1', from: started + 60_000, until: started + 180_000, actor };
    expect(await replayEvents(one, ref, range)).toBe(4);
    await one.enter('t1', some(1));
    await one.webhooks.settled();
    expect(idsOf(receiver).slice(11, 15)).toEqual(ids.slice(2, 6));
    expect(sequencesOf(receiver).at(-1)).toBe(11);
    expect(await replayEvents(one, ref, { feed: 't1', from: clock.time + 60_000, actor })).toBe(0);
  });

  test('see attempts with the beginnings of answers, and try an endpoint', async () => {
    await using stage = await openStage();
    const { one, receiver, store } = stage;
    const { ref } = await stage.endpoint({ tenant: 't1' });
    receiver.reply = () => ({ status: 500, body: 'ä'.repeat(300) });
    await one.enter('t1', some(1));
    await one.webhooks.settled();
    const made = await tryWebhook(one, ref, { webhook: await stage.stateOf(ref), actor });
    expect(made).toMatchObject({ type: 'webhook.test', status: 500 });
    const { attempts } = await readAttempts(store, ref, { limit: 10 });
    expect(attempts.map(({ type }) => type).toSorted()).toEqual(['user.updated', 'webhook.test']);
    for (const { answer } of attempts) expect(answer).toBe('ä'.repeat(128));
    expect((await stage.stateOf(ref)).failures).toBe(1);
  });

  test('delete an endpoint, and nothing is left of it; a deleted tenant takes its own', async () => {
    await using stage = await openStage();
    const { one, receiver } = stage;
    const own = await stage.endpoint({ tenant: 't1' });
    const all = await stage.endpoint();
    await one.enter('t1', some(2));
    await one.webhooks.settled();
    expect(receiver.accepted).toHaveLength(4);
    const secrets = () => stage.count('_server', ['server-secret'], 'tokens');
    expect(await secrets()).toBe(2);
    await one.webhooks.removeTenant('t1');
    expect(await secrets()).toBe(1);
    const work = ['webhook-cursor', 'webhook-attempts'];
    expect(await stage.count(`_webhook.${all.ref.id}`, ['webhook-cursor'])).toBe(0);
    await deleteWebhook(one, all.ref, actor);
    await deleteWebhook(one, own.ref, actor);
    await one.webhooks.settled();
    expect(await secrets()).toBe(0);
    for (const place of ['t1', '_registry', `_webhook.${all.ref.id}`])
      expect(await stage.count(place, [...work, 'webhook'])).toBe(0);
    await one.enter('t1', some(2));
    await one.webhooks.settled();
    expect(receiver.accepted).toHaveLength(4);
  });
});
