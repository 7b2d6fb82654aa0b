import { beforeAll, expect, test } from 'vitest';
import { type Client, patchBody, userBody, userUrn } from '../api/client.ts';
import type { Answer } from '../support/endpoint.ts';
import { inBulk, type Product, products, workEmail } from './product-stage.ts';
import { profiles } from './profiles.ts';

const { open } = products();
const tenants = new Map<string, Product>();
const understood = ['entra', 'generic'];
const others = profiles.filter((one) => !understood.includes(one));

beforeAll(async () => {
  for (const profile of profiles) tenants.set(profile, await open('signinghub', { endpoint: { profile } }));
});

function clientOf(profile: string): Client {
  const product = tenants.get(profile);
  if (!product) throw new Error(`There is no tenant for ${profile}`);
  return product.client;
}

const phones = (...values: string[]) =>
  values.map((value, index) => ({ type: ['work', 'mobile'][index], value }));
let last = 0;
const create = (client: Client) => {
  last += 1;
  return client.user(`u${last}`, { emails: workEmail(`u${last}@x.com`), phoneNumbers: phones('+1') });
};

/** Operations with the names of the guide, and what they leave of work e-mail and numbers; x is the e-mail before. */
const patches: readonly (readonly [object, string, readonly string[]])[] = [
  [{ op: 'replace', path: 'email[type eq "work"].value', value: 'new@x.com' }, 'new@x.com', ['+1']],
  [{ op: 'add', path: 'email[type eq "work"].value', value: 'new@x.com' }, 'new@x.com', ['+1']],
  [{ op: 'replace', path: 'EMAIL[type eq "work"].value', value: 'new@x.com' }, 'new@x.com', ['+1']],
  [
    { op: 'replace', path: `${userUrn}:email[type eq "work"].value`, value: 'new@x.com' },
    'new@x.com',
    ['+1'],
  ],
  [{ op: 'replace', path: 'email', value: workEmail('new@x.com') }, 'new@x.com', ['+1']],
  [{ op: 'replace', value: { email: workEmail('new@x.com') } }, 'new@x.com', ['+1']],
  [{ op: 'replace', path: 'phoneNumber[type eq "work"].value', value: '+2' }, 'x', ['+2']],
  [{ op: 'add', path: 'phoneNumber[type eq "mobile"].value', value: '+2' }, 'x', ['+1', '+2']],
  [{ op: 'replace', path: 'phoneNumber[type eq "mobile"].value', value: '+2' }, 'x', ['+1', '+2']],
  [{ op: 'add', path: 'phoneNumber', value: [{ type: 'mobile', value: '+2' }] }, 'x', ['+1', '+2']],
  [{ op: 'remove', path: 'phoneNumber[type eq "work"]' }, 'x', []],
  [{ op: 'remove', path: 'phonenumber[type eq "work"].value' }, 'x', []],
  [{ op: 'remove', path: 'phoneNumber' }, 'x', []],
  [{ op: 'replace', value: { phoneNumber: phones('+3', '+4') } }, 'x', ['+3', '+4']],
];

// biome-ignore lint/suspicious/noExplicitAny: tests look into users of every shape
type Body = any;
const numbersOf = ({ phoneNumbers = [] }: { readonly [name: string]: Body }) =>
  phoneNumbers.flatMap(({ value }: Body) => value ?? []);

test.each(understood)(
  'B10: operations on email and phoneNumber do what the guide means: %s',
  async (profile) => {
    const client = clientOf(profile);
    for (const [index, [operation, email, numbers]] of patches.entries()) {
      const user = await create(client);
      const { status } =
        index % 3 === 2
          ? await inBulk(client, { method: 'PATCH', path: `/Users/${user.id}`, data: patchBody([operation]) })
          : await client.patch(`/Users/${user.id}`, [operation]);
      const { body } = await client.get(`/Users/${user.id}`);
      const shown = {
        operation,
        status: Math.floor(status / 100),
        email: body.emails[0].value,
        numbers: numbersOf(body),
      };
      expect(shown).toEqual({
        operation,
        status: 2,
        email: email === 'x' ? user.emails[0].value : email,
        numbers,
      });
      await client.delete(`/Users/${user.id}`);
    }
  },
);

test.each(others)(
  'B10: for other clients these names are unknown, and change nothing: %s',
  async (profile) => {
    const client = clientOf(profile);
    const user = await create(client);
    const before = (await client.get(`/Users/${user.id}`)).body;
    for (const [operation] of patches) {
      const answer = await client.patch(`/Users/${user.id}`, [operation]);
      const expected = 'path' in operation ? [400] : profile === 'interop' ? [400] : [200, 204];
      expect([operation, answer.status]).toEqual([operation, expect.toBeOneOf(expected)]);
      if (answer.status === 400) expect(answer.body.detail).toMatch(/email|phoneNumber|path/i);
    }
    const { body } = await client.get(`/Users/${user.id}`);
    expect([body.emails, body.phoneNumbers]).toEqual([before.emails, before.phoneNumbers]);
    const made = await client.post('/Users', userBody('singular', { email: workEmail('s@x.com') }));
    expect(made).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/email/) } });
    const filter = encodeURIComponent(`email[value eq "${user.emails[0].value}"]`);
    expect((await client.get(`/Users?filter=${filter}`)).status).toBe(400);
  },
);

test.each(understood)('B10: whole users may have these names, in any case: %s', async (profile) => {
  const client = clientOf(profile);
  const sent: readonly (() => Promise<Pick<Answer, 'status' | 'body'>>)[] = [
    () =>
      client.post(
        '/Users',
        userBody('s1', { email: workEmail('s1@x.com'), phoneNumber: phones('+1', '+2') }),
      ),
    () =>
      client.post(
        '/Users',
        userBody('s1', { Email: workEmail('s1@x.com'), phonenumber: phones('+1', '+2') }),
      ),
    () =>
      client.post(
        '/Users',
        userBody('s1', { emails: workEmail('s1@x.com'), phoneNumber: phones('+1', '+2') }),
      ),
    () =>
      inBulk(client, {
        ...{ method: 'POST', path: '/Users' },
        data: userBody('s1', { email: workEmail('s1@x.com'), phoneNumber: phones('+1', '+2') }),
      }),
    async () => {
      const { id } = await create(client);
      return client.put(
        `/Users/${id}`,
        userBody('s1', { email: workEmail('s1@x.com'), phoneNumber: phones('+1', '+2') }),
      );
    },
  ];
  for (const [index, send] of sent.entries()) {
    const { status } = await send();
    expect([index, status]).toEqual([index, expect.toBeOneOf([200, 201])]);
    const [user] = await client.find('/Users', 'userName eq "s1"');
    expect([user?.emails[0].value, numbersOf(user ?? {})]).toEqual(['s1@x.com', ['+1', '+2']]);
    await client.delete(`/Users/${user?.id}`);
  }
});

test.each(understood)(
  'B10: queries understand them or refuse them, and never find nobody: %s',
  async (profile) => {
    const client = clientOf(profile);
    const user = await create(client);
    const address = user.emails[0].value;
    for (const filter of [
      `email[type eq "work"].value eq "${address}"`,
      `email[type eq "work" and value eq "${address}"]`,
      `email.value eq "${address}"`,
      `email eq "${address}"`,
      `${userUrn}:email.value eq "${address}"`,
      `userName eq "${user.userName}" and phoneNumber.value eq "+1"`,
      `userName eq "${user.userName}" and phoneNumber pr`,
      `not (email.value eq "other@x.com") and userName eq "${user.userName}"`,
    ]) {
      const { status, body } = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
      expect([filter, status, body.totalResults ?? body.scimType]).toBeOneOf([
        [filter, 200, 1],
        [filter, 400, 'invalidFilter'],
      ]);
    }
    expect((await client.get('/Users?sortBy=email.value')).status).toBeLessThan(500);
  },
);
