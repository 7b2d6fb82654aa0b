import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGuard, isPublicAddress } from '../../../lib/feed/webhooks/guard.ts';
import { createPost } from '../../../lib/feed/webhooks/post.ts';
import { ScimError } from '../../../lib/scim/errors.ts';

/** Networks of IPv4 that are refused: first address, and bits that are fixed. */
const closed = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

const toNumber = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
const toText = (value: number) => [24, 16, 8, 0].map((bits) => (value >>> bits) & 255).join('.');
const isClosed = (value: number) =>
  closed.some(([first, bits]) => Math.floor(value / 2 ** (32 - bits)) === toNumber(first) / 2 ** (32 - bits));

const closedAddress = fc
  .constantFrom(...closed)
  .chain(([first, bits]) =>
    fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((rest) => toText(toNumber(first) + rest)),
  );
const hex = (address: string) =>
  toNumber(address)
    .toString(16)
    .padStart(8, '0')
    .replace(/(.{4})/, '$1:');

/** The ways to hold an IPv4 address in one of IPv6. */
const forms = [
  (address: string) => `::ffff:${address}`,
  (address: string) => `::ffff:0:${address}`,
  (address: string) => `::${address}`,
  (address: string) => `64:ff9b::${address}`,
  (address: string) => `64:ff9b:1::${address}`,
  (address: string) => `2002:${hex(address)}::1`,
  (address: string) => `2001:0:${hex(address)}::1`,
];

describe('addresses', () => {
  test('of closed networks are refused, and in every form of IPv6', () => {
    fc.assert(
      fc.property(closedAddress, (address) => {
        expect([address, ...forms.map((form) => form(address))].filter(isPublicAddress)).toEqual([]);
      }),
    );
  });

  test('of other networks are admitted, but not inside those of IPv6', () => {
    // Of networks for documentation and special services too, nothing is admitted.
    const special = [
      '192.0.2',
      '192.31.196',
      '192.52.193',
      '192.88.99',
      '192.175.48',
      '198.51.100',
      '203.0.113',
    ];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
        const address = toText(value);
        fc.pre(!isClosed(value) && !special.some((network) => address.startsWith(`${network}.`)));
        expect(isPublicAddress(address)).toBe(true);
        expect(forms.map((form) => form(address)).filter(isPublicAddress)).toEqual([]);
      }),
    );
  });

  test('of IPv6 are refused outside the public internet', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    const first = fc.constantFrom(
      '::1',
      '::',
      'fc00',
      'fdab',
      'fe80',
      'febf',
      'fec0',
      'ff02',
      '100',
      '4000',
      '5f00',
    );
    fc.assert(
      fc.property(first, fc.array(group, { minLength: 7, maxLength: 7 }), (start, rest) => {
        const address = start.startsWith(':') ? start : [start, ...rest].join(':');
        expect(isPublicAddress(address)).toBe(false);
      }),
    );
    expect(['2606:4700:4700::1111', '2a00:1450:4001:82b::200e'].every(isPublicAddress)).toBe(true);
  });
});

/** A look-up that answers with these addresses, one list after the other. */
function resolving(...answers: readonly (readonly string[])[]) {
  let calls = 0;
  const find = (_host: string, _options: object, callback: (...args: unknown[]) => void) => {
    const addresses = answers[Math.min(calls, answers.length - 1)] ?? [];
    calls += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return find as unknown as NonNullable<Parameters<typeof createGuard>[0]['resolve']>;
}

describe('the guard', () => {
  const guard = createGuard({ hosts: ['hooks.internal:8443'], resolve: resolving(['93.184.216.34']) });

  test.each([
    ['https://hooks.example.com/muster', undefined],
    ['https://hooks.internal:8443/muster', undefined],
    ['http://hooks.internal:8443/muster', undefined],
    ['http://hooks.example.com/muster', 'https'],
    ['http://hooks.internal/muster', 'https'],
    ['ftp://hooks.example.com', 'address such as'],
    ['hooks.example.com', 'address such as'],
    ['https://user:secret@hooks.example.com', 'no user name'],
    ['https://hooks.example.com/#part', 'no fragment'],
    ['https://127.0.0.1/', 'public'],
    ['https://0x7f.1/', 'public'],
    ['https://2130706433/', 'public'],
    ['https://[::ffff:10.0.0.1]/', 'public'],
    ['https://168.63.129.16/', 'public'],
  ])('at saving: %s', async (url, detail) => {
    const refusal = await guard.check(url).catch((thrown: unknown) => thrown);
    if (detail === undefined) return expect(refusal).toBeUndefined();
    expect(refusal).toBeInstanceOf(ScimError);
    expect(String((refusal as ScimError).message)).toContain(detail);
  });

  test('refuses a host that has a private address beside a public one', async () => {
    const mixed = createGuard({ hosts: [], resolve: resolving(['93.184.216.34', '10.0.0.1']) });
    await expect(mixed.check('https://hooks.example.com')).rejects.toThrow('public');
  });
});

describe('a connection', () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.writeHead(302, { location: 'http://127.0.0.1/', 'retry-after': '7' }).end('x'.repeat(1_000));
  });
  let host = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test('is refused if the host has another address than at saving', async () => {
    const guard = createGuard({ hosts: [], resolve: resolving(['93.184.216.34'], ['127.0.0.1']) });
    const url = `https://hooks.example.com:${host.split(':')[1]}/`;
    await guard.check(url);
    const answer = await createPost({ guard, now: Date.now })(url, {}, '{}');
    expect(answer).toMatchObject({ error: 'refusedAddress' });
    expect(requests).toBe(0);
  });

  test('is refused to an address in place of a host, and without TLS', async () => {
    const post = createPost({ guard: createGuard({ hosts: [] }), now: Date.now });
    for (const url of [`https://${host}/`, `http://${host}/`])
      expect(await post(url, {}, '{}')).toMatchObject({ error: 'refusedAddress' });
    expect(requests).toBe(0);
  });

  test('to a listed host is made; a redirection is not followed, and the answer is cut', async () => {
    const post = createPost({ guard: createGuard({ hosts: [host] }), now: Date.now });
    const answer = await post(`http://${host}/`, {}, '{}');
    expect(answer).toMatchObject({ status: 302, text: 'x'.repeat(256), retryAfterSeconds: 7 });
    expect(requests).toBe(1);
  });
});
