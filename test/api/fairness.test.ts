import { beforeAll, expect, test } from 'vitest';
import { sampleUser } from '../../tools/bench/sample-user.ts';
import type { Answer } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { bulkBody, type Client, clientOf, errorUrn, range } from './client.ts';

let endpoint: SharedEndpoint;
let loud: Client;
let quiet: Client;
let quietId: string;

const users = 1_000;
/** Every user matches, and the last one is read to count them. */
const scan = `/Users?count=1&filter=${encodeURIComponent('title ne "Nobody"')}`;

beforeAll(async () => {
  endpoint = await shareEndpoint({ profile: 'entra' });
  loud = clientOf(endpoint);
  quiet = clientOf(await endpoint.createTenant({ name: 'Quiet' }));
  quietId = (await quiet.user('quiet')).id;
  const operations = range(users).map((number) => ({
    method: 'POST',
    path: '/Users',
    bulkId: String(number),
    data: sampleUser(number),
  }));
  expect((await loud.post('/Bulk', bulkBody(operations))).status).toBe(200);
});

// First, because a tenant has few requests at once on a busy instance while others send some too.
test('a tenant that scans too much at once is told when to come back, and then served', async () => {
  const answers = await Promise.all(range(24).map(() => loud.get(scan)));
  const refused = answers.filter(({ status }) => status === 429);
  const served = answers.filter(({ status }) => status === 200);
  expect(refused.length + served.length).toBe(answers.length);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers, body } of refused) {
    expect([headers.get('retry-after'), body.schemas, body.status]).toEqual(['10', [errorUrn], '429']);
    expect(body.detail).toMatch(/reads? its whole directory: send this one again after Retry-After seconds/);
  }
  for (const { body } of [...served, await loud.get(scan)]) expect(body.totalResults).toBe(users);
});

test('a tenant has its answers while another one scans and lists', async () => {
  let loudAnswered = 0;
  const count = (sent: Promise<Answer>) =>
    sent.then(({ status }) => {
      loudAnswered += 1;
      return status;
    });
  const loudSent = [
    ...range(6).map(() => loud.get(scan)),
    ...range(2).map(() => loud.get('/Users?count=1000')),
  ];
  const statuses = Promise.all(loudSent.map(count));
  const answeredBefore: number[] = [];
  for (const _ of range(3)) {
    expect((await quiet.get(`/Users/${quietId}`)).status).toBe(200);
    answeredBefore.push(loudAnswered);
  }
  expect(Math.min(...answeredBefore)).toBeLessThan(loudSent.length);
  expect(new Set(await statuses)).toEqual(new Set([200]));
});
