import { describe, expect, test } from 'vitest';
import { bulkBody, patchBody, userBody } from '../api/client.ts';
import { type Answer, scim } from '../support/endpoint.ts';
import { type Customer, openPeopleSite } from './people-site.ts';

const site = openPeopleSite(() => ({ MUSTER_LOG_FORM: 'text' }));
const time = String.raw`\d\d:\d\d:\d\d`;
const secret = 'Zebra';

/** The lines that the endpoint prints for a request. */
async function printed(send: () => Promise<Answer | Response>): Promise<readonly string[]> {
  const { output } = site.endpoint();
  const before = output().length;
  await send();
  const lines = () =>
    output()
      .slice(before)
      .split('\n')
      .filter((line) => new RegExp(`^${time} `).test(line));
  await expect.poll(lines, { interval: 5 }).not.toEqual([]);
  return lines();
}

describe('C6: the log for people has a line for each request', () => {
  test.each<[string, (customer: Customer) => Promise<Answer>, line: RegExp]>([
    ['a creation', (customer) => customer.post('/Users', userBody(secret)), /POST \/Users 201 \d+ ms$/],
    [
      'a missing value',
      (customer) => customer.post('/Users', userBody('')),
      /POST \/Users 400 \d+ ms .*userName.*required/,
    ],
    [
      'a list',
      (customer) => customer.get(`/Users?filter=userName%20eq%20%22${secret}%22`),
      /GET \/Users 200 \d+ ms$/,
    ],
    [
      'a bad filter',
      (customer) => customer.get(`/Users?filter=x%20eq%20%22${secret}%22`),
      /GET \/Users 400 \d+ ms \w+/,
    ],
    ['an unknown id', (customer) => customer.get('/Users/nobody'), /GET \/Users\/\S+ 404 \d+ ms \w+/],
    ['a deletion', (customer) => customer.delete('/Groups/nobody'), /DELETE \/Groups\/\S+ 404 \d+ ms \w+/],
    [
      'a PATCH',
      (customer) => customer.send('PATCH', '/Users/nobody', patchBody([{ op: secret }])),
      /PATCH \/Users\/\S+ 40\d \d+ ms \w+/,
    ],
    [
      'broken JSON',
      (customer) => customer.post('/Users', `{"userName": "${secret}`),
      /POST \/Users 400 \d+ ms .*JSON/,
    ],
    [
      'a bulk request',
      (customer) =>
        customer.post(
          '/Bulk',
          bulkBody([{ method: 'POST', path: '/Users', bulkId: 'b', data: userBody('') }]),
        ),
      /POST \/Bulk 200 \d+ ms/,
    ],
    [
      'a media type',
      (customer) => customer.post('/Users', secret, { 'content-type': 'text/plain' }),
      /POST \/Users 415 \d+ ms .*Content-Type/,
    ],
    [
      'a bad key',
      ({ access }) => scim({ ...access, token: secret }, 'GET', '/Users'),
      /GET \/Users 401 \d+ ms .*token/,
    ],
    ['discovery', (customer) => customer.get('/Schemas'), /GET \/Schemas 200 \d+ ms$/],
    [
      'a HEAD',
      (customer) => customer.head('/ServiceProviderConfig'),
      /HEAD \/ServiceProviderConfig 200 \d+ ms$/,
    ],
    ['a management call', (customer) => customer.manage('GET', '/status'), /GET \/manage\/\S+ 200 \d+ ms$/],
    [
      'a name with a line break',
      (customer) => customer.post('/Users', userBody(`${secret}\n00:00:00 GET /x 200 1 ms`)),
      /POST \/Users 201 \d+ ms$/,
    ],
    [
      'a long, taken name',
      async (customer) => {
        await customer.user(secret.repeat(500));
        return customer.post('/Users', userBody(secret.repeat(500)));
      },
      /POST \/Users 409 \d+ ms .*userName/,
    ],
  ])('%s', async (_, send, line) => {
    const customer = await site.customer();
    const lines = await printed(() => send(customer));
    expect(
      lines.filter((text) => line.test(text)),
      lines.join('\n'),
    ).toHaveLength(1);
    expect(lines.join('\n')).not.toContain(secret);
    expect(lines.join('\n')).not.toContain('{"level"');
    for (const text of lines) expect(text.length, text).toBeLessThan(400);
  });

  test('and no path acts on the terminal', async () => {
    const { access } = await site.customer();
    for (const path of [
      '/Users/%1b%5b2J',
      '/Users/a%0a00:00:00%20GET',
      '/Users/%E2%80%AE',
      '/%1b%5b31m/Users',
    ]) {
      const lines = await printed(() => scim(access, 'GET', path));
      expect(lines, lines.join('|')).toHaveLength(1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be printed
      expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  });
});
