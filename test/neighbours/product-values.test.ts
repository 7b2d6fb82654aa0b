import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { enterpriseUrn, patchBody, userBody, userUrn } from '../api/client.ts';
import { type Answer, scim } from '../support/endpoint.ts';
import { exitOf } from './product-command.ts';
import { inBulk, type Product, products, worker } from './product-stage.ts';
import { profiles } from './profiles.ts';

const { site, open } = products();
const tenants = new Map<string, Product>();

beforeAll(async () => {
  for (const profile of profiles) tenants.set(profile, await open('signinghub', { endpoint: { profile } }));
});

function tenantOf(profile: string): Product {
  const product = tenants.get(profile);
  if (!product) throw new Error(`There is no tenant for ${profile}`);
  return product;
}

let last = 10_000;
/** A text or number that occurs once. */
const leaf = fc.boolean().map((isText) => {
  last += 1;
  return isText ? `L${last}` : last;
});

const nextName = () => {
  last += 1;
  return `n${last}`;
};

/** Attributes whose values have a type. */
const typed = ['phoneNumbers', 'emails', 'entitlements'];

/** Values of an attribute, most of which are malformed. */
const malformed = (attribute: string, name: string) => {
  const element = fc.oneof(
    leaf,
    fc.constant(null),
    fc.constant({}),
    leaf.map((value) => ({ [name]: value })),
    leaf.map((value) => ({ [name]: { [name]: value } })),
    leaf.map((value) => ({ [name]: [value] })),
    leaf.map((value) => [value]),
    ...(typed.includes(attribute) ? [fc.tuple(leaf, leaf).map(([value, type]) => ({ value, type }))] : []),
  );
  return fc.oneof(element, fc.array(element, { minLength: 1, maxLength: 2 }));
};

const attributes = fc.constantFrom(
  ['phoneNumbers', 'value'],
  ['addresses', 'locality'],
  ['emails', 'value'],
  ['entitlements', 'value'],
  ['name', 'givenName'],
  ['title', 'value'],
  ['nickName', 'value'],
  [`${enterpriseUrn}:manager`, 'value'],
  [`${enterpriseUrn}:department`, 'value'],
);

const requests = {
  post: (product: Product, _: string, body: object) => product.client.post('/Users', body),
  put: ({ client }: Product, id: string, body: object) => client.put(`/Users/${id}`, body),
  bulk: ({ client }: Product, id: string, data: object) =>
    inBulk(client, { method: 'PUT', path: `/Users/${id}`, data }),
};

/** All texts and numbers in a value that the generator has made. */
const leavesIn = (value: unknown): readonly string[] => JSON.stringify(value).match(/L?1\d{4}/g) ?? [];

const cases = fc.record({
  way: fc.constantFrom('post', 'put', 'bulk', 'add', 'replace', 'pathless'),
  given: attributes.chain(([attribute, name]) =>
    malformed(String(attribute), String(name)).map((value) => ({ attribute: String(attribute), value })),
  ),
});

test.each(profiles)(
  'B5: no malformed value is lost: it is stored as sent or refused, and changes nothing: %s',
  async (profile) => {
    const product = tenantOf(profile);
    const { client } = product;
    const { id } = await client.user(
      'base',
      worker('base', { title: 'Dr.', phoneNumbers: [{ type: 'work', value: '+49' }] }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ way, given: { attribute, value } }) => {
        const isNew = way === 'post';
        const before = (await client.get(`/Users/${id}`)).body;
        const [name, body] = bodyWith(isNew ? nextName() : 'base', attribute, value);
        const answer = await send({ product, way, id }, { attribute, value, body });
        const shown = { way, attribute, value, status: answer.status };
        expect(shown).toEqual({
          ...shown,
          status: expect.toSatisfy((one: number) => one < 300 || one === 400),
        });
        if (answer.status === 400 && isNew)
          expect(await client.find('/Users', `userName eq "${name}"`)).toEqual([]);
        else if (answer.status === 400) expect((await client.get(`/Users/${id}`)).body).toEqual(before);
        else {
          const [found] = await client.find('/Users', `userName eq "${name}"`);
          for (const one of leavesIn(value))
            expect([shown, JSON.stringify(found)]).toEqual([shown, expect.stringContaining(one)]);
        }
      }),
      { numRuns: 25 },
    );
  },
);

/** A user with the attribute; a name with `urn:` is one of the enterprise extension. */
function bodyWith(name: string, attribute: string, value: unknown): readonly [string, object] {
  const [urn, inner] = attribute.startsWith(enterpriseUrn)
    ? [enterpriseUrn, attribute.slice(enterpriseUrn.length + 1)]
    : [];
  const given =
    urn && inner ? { schemas: [userUrn, urn], [urn]: { [inner]: value } } : { [attribute]: value };
  return [name, userBody(name, worker(name, given))];
}

function send(
  { product, way, id }: { product: Product; way: string; id: string },
  { attribute, value, body }: { attribute: string; value: unknown; body: object },
): Promise<Pick<Answer, 'status' | 'body'>> {
  if (way in requests) return requests[way as keyof typeof requests](product, id, body);
  const [urn, inner = ''] = attribute.split(/:(?=\w+$)/);
  const pathless = attribute.includes(':') ? { [String(urn)]: { [inner]: value } } : { [attribute]: value };
  const operation =
    way === 'pathless' ? { op: 'replace', value: pathless } : { op: way, path: attribute, value };
  return product.client.patch(`/Users/${id}`, [operation]);
}

const refusals = async ({ local }: Product) =>
  (await local.done('GET', '/audit?outcome=refused&limit=1000')).records.filter(
    (one: { status: number }) => one.status === 401,
  );

test('B5: an expired key is recorded with what its client was told, whatever it asked for', async () => {
  const product = await open('signinghub', { keys: { activeMax: 10 }, audit: { level: 'warning' } });
  const asked: readonly (readonly [string, string, object?])[] = [
    ...([
      ['GET', '/Users'],
      ['GET', '/ServiceProviderConfig'],
      ['GET', '/Me'],
      ['GET', '/'],
      ['DELETE', '/Groups/x'],
    ] as const),
    ['POST', '/Users', userBody('x')],
    ['POST', '/Bulk', { schemas: [] }],
    ['PATCH', '/Users/x', patchBody([])],
    ['POST', '/.search', {}],
  ];
  const keys = [];
  for (const _ of asked) keys.push(await product.local.done('POST', '/keys', { validDays: 1 }));
  product.pass({ days: 1, minutes: 1 });
  for (const [index, [method, path, body]] of asked.entries()) {
    const { tenantUrl, key: token } = keys[index];
    for (const _ of ['once', 'again']) {
      const answer = await scim({ tenantUrl, token }, method, path, body);
      expect(answer).toMatchObject({ status: 401, body: { detail: expect.stringMatching(/expired/) } });
    }
  }
  const records = await refusals(product);
  expect(records.map(({ credential }: { credential: string }) => credential).toReversed()).toEqual(
    keys.map(({ id }) => id),
  );
  for (const one of records)
    expect(one).toMatchObject({ reason: 'expired', detail: expect.stringMatching(/expired/) });
  product.pass({ minutes: 6 });
  await product.timers();
  const { tenantUrl, key: token } = keys[0];
  await scim({ tenantUrl, token }, 'GET', '/Users');
  expect(await refusals(product)).toHaveLength(asked.length + 1);
  const { stdout } = await exitOf(site(), ['audit', product.local.tenantId, '--outcome', 'refused']);
  expect(stdout).toContain(keys[0].id);
});

test.each(['/oauth/token', '/authenticate'])(
  'B5: so is an expired token that %s has issued',
  async (path) => {
    const product = await open('signinghub', { keys: { tokenMinutes: 5 } });
    const { clientId, clientSecret, tenantUrl, id } = await product.local.done('POST', '/keys', {
      kind: 'client',
    });
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const answer = await fetch(site().endpoint.baseUrl + path, {
      method: 'POST',
      body,
      headers: { 'x-scim': 'true' },
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect((await scim({ tenantUrl, token }, 'GET', '/Users')).status).toBe(200);
    product.pass({ minutes: 7 });
    for (const method of ['GET', 'POST'])
      expect((await scim({ tenantUrl, token }, method, '/Users')).status).toBe(401);
    expect(await refusals(product)).toMatchObject([{ reason: 'expired', credential: id }]);
    await scim({ tenantUrl, token: `${token.slice(0, -2)}xx` }, 'GET', '/Users');
    await scim({ tenantUrl, token: 'muster_unknown_key' }, 'GET', '/Users');
    expect(await refusals(product)).toHaveLength(1);
  },
);
