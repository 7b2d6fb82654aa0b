import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventTypes } from '../../../lib/feed/event-types.ts';
import type { FeedEvent } from '../../../lib/feed/events.ts';
import { exampleEvent } from '../../../lib/manage/event-examples.ts';
import { clientOf } from '../../api/client.ts';
import { type Endpoint, startEndpoint } from '../../support/endpoint.ts';
import { muster, startMuster } from './muster.ts';
import { type Asked, type StandIn, startStandIn } from './stand-in.ts';

// Processes start slowly while the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'muster-events-'));
const secretFile = join(folder, 'webhook-secret');
let product: StandIn;
/** The status that the product answers. */
let status = 200;

beforeAll(async () => {
  product = await startStandIn(() => ({ status }));
});
afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true });
});

/** Checks a delivery with the library for receivers, and yields its event. */
function verified(secret: string, { body, headers }: Asked) {
  expect(headers['content-type']).toBe('application/cloudevents+json');
  const event = new Webhook(secret).verify(body, headers as Record<string, string>) as FeedEvent;
  expect(event.id).toBe(headers['webhook-id']);
  return event;
}

const url = (path: string) => `${product.url}${path}`;
const askedAt = (path: string) => product.asked.filter((one) => one.url === path);
const secretIn = (output: string) => /^Secret +(whsec_\S+)$/m.exec(output)?.[1] ?? '';

describe('muster events and muster listen', () => {
  test('go on while the endpoint is restarted, lose nothing, and end with Ctrl-C', async () => {
    const data = join(folder, 'data');
    const first = await startEndpoint({ data });
    const { tenantId, ...access } = await first.createTenant({ name: 'Followed' });
    const env = { MUSTER_URL: first.baseUrl, MUSTER_FUNCTION_KEY: first.functionKey };
    const shown = startMuster(['events', tenantId, '--follow', '--from', '1h'], { env });
    const listening = startMuster(
      ['listen', tenantId, '--forward', url('/hook'), '--from', '1h', '--types', 'user.', '--json'],
      { env },
    );
    const isTold = async (name: string) => {
      const { id } = await clientOf(access).user(name);
      await expect.poll(shown.stdout, { timeout: 30_000 }).toContain(`users/${id}  ${name}  `);
      await expect.poll(listening.stdout, { timeout: 30_000 }).toContain('"milliseconds"');
      await expect.poll(() => askedAt('/hook').at(-1)?.body, { timeout: 30_000 }).toContain(id);
    };
    await isTold('anna');
    await first.kill();
    await expect.poll(shown.stderr, { timeout: 30_000 }).toContain('Waiting for it.');
    const second: Endpoint = await startEndpoint({ data, port: Number(new URL(first.baseUrl).port) });
    await isTold('bert');
    for (const { child } of [shown, listening]) child.kill('SIGINT');
    const [events, deliveries] = await Promise.all([shown.ended, listening.ended]);
    await second.stop();
    expect([events.code, deliveries.code]).toEqual([130, 130]);
    const lines = events.stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split('  ')[1])).toEqual(['user.created', 'user.created']);
    const [keys, ...told] = deliveries.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told).toMatchObject([{ type: 'user.created', status: 200 }, { status: 200 }]);
    const ids = askedAt('/hook').map((one) => verified(keys.secret, one).id);
    expect(ids).toEqual(told.map(({ id }: { id: string }) => id));
  });
});

describe('muster trigger', () => {
  const trigger = (...args: readonly string[]) => muster(['trigger', ...args]);

  test('posts an example of each type, as new, with one secret in a file', async () => {
    const options = ['--forward', url('/examples'), '--secret-file', secretFile];
    for (const type of eventTypes) {
      const { code, stdout } = await trigger(type, ...options);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/\n200 in \d+ ms\n$/)]);
      const [last] = askedAt('/examples').slice(-1);
      const { id, time, timestamp, ...rest } = verified(secretIn(stdout), last as Asked);
      const { id: example, time: _, timestamp: __, ...wanted } = exampleEvent(type);
      expect([rest, time]).toEqual([JSON.parse(JSON.stringify(wanted)), timestamp]);
      expect(id).not.toBe(example);
    }
    expect(statSync(secretFile).mode & 0o777).toBe(0o600);
    const { stdout } = await trigger('user.created', ...options);
    expect(readFileSync(secretFile, 'utf8').trim()).toBe(secretIn(stdout));
  });

  test('prints the event if it is not sent anywhere', async () => {
    const { code, stdout } = await trigger('account.disabled');
    expect([code, JSON.parse(stdout).data.object.state]).toEqual([0, 'disabled']);
  });

  test('ends with 1 if the product refuses it or does not answer', async () => {
    status = 500;
    const refused = await trigger('user.created', '--forward', url('/refused'));
    status = 200;
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/\/refused: 500 in \d+ ms\.\n$/),
    ]);
    const gone = await startStandIn(() => ({ status: 200 }));
    await gone.close();
    const absent = await trigger('user.created', '--forward', gone.url);
    expect([absent.code, absent.stderr]).toEqual([1, `${gone.url}: no answer (ECONNREFUSED).\n`]);
  });

  test.each([
    [['user.create'], /^There is no type of events "user\.create": did you mean user\.created\?/],
    [['x'], /^There is no type of events "x": docs\/events\.md lists them\.\n$/],
    [['user.created', '--forward', 'localhost:3000'], /^--forward cannot be used: it must begin with http/],
    [['user.created', '--forward', 'http://example.com/'], /^--forward cannot be used: use https:/],
    [['user.created', '--forward', 'https://a:b@example.com/'], /leave out the user name/],
  ])('refuses %j', async (args, sentence) => {
    const { code, stdout, stderr } = await trigger(...args);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(sentence)]);
  });
});
