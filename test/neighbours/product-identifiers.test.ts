import { expect, test } from 'vitest';
import { allTenants } from '../support/shared-endpoint.ts';
import { exitOf } from './product-command.ts';
import { products } from './product-stage.ts';

const { site } = products();
const manage = (method: string, path: string, body?: unknown) =>
  site().endpoint.manage(method, `/manage/tenants${path}`, body);
const create = async (input: object): Promise<{ id: string; identifier: string }> => {
  const { status, body } = await manage('POST', '', input);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
};
const identifierOf = async ({ id }: { id: string }) => (await manage('GET', `/${id}`)).body.identifier;
const names = async () => (await allTenants(site().endpoint)).map(({ name }) => name);

test.each(['Fabrikam_1', 'fabrikam_1', 'FABRIKAM_1', 'fABRIKAM_1'])(
  'B13: nobody else can have a taken identifier, whatever its case: %s',
  async (identifier) => {
    await manage('POST', '', { name: 'Owner', identifier: 'Fabrikam_1', preset: 'sofa' });
    const other = await create({ name: 'Other', preset: 'signl4' });
    const before = await names();
    for (const preset of ['sofa', 'signl4', undefined])
      expect(await manage('POST', '', { name: 'Second', identifier, preset })).toMatchObject({
        ...{ status: 409, body: { detail: expect.stringMatching(/identifier/i) } },
      });
    expect(await names()).toEqual(before);
    const edit = { identifier, name: 'Changed', policy: { audit: { days: 7 } } };
    expect((await manage('PATCH', `/${other.id}`, edit)).status).toBe(409);
    expect((await manage('GET', `/${other.id}`)).body).toEqual(other);
  },
);

test.each(['1a', '_a', 'a-b', 'a b', 'a.b', 'ä', 'straße', '', 'a'.repeat(65), 'a\n', '\u212aelvin'])(
  'B13: an identifier begins with a letter and has letters, digits and underscores: %j',
  async (identifier) => {
    const before = await names();
    expect((await manage('POST', '', { name: 'Malformed', identifier })).status).toBe(400);
    expect(await names()).toEqual(before);
  },
);

test.each(['Müller & Söhne', '123 Go', '株式会社', '___', 'a'.repeat(100), '🙂'])(
  'B13: one that is derived from a name is valid, and another each time: %s',
  async (name) => {
    const made = [
      await create({ name }),
      await create({ name, preset: 'sofa' }),
      await create({ name: name.toUpperCase() }),
    ];
    const identifiers = made.map(({ identifier }) => identifier);
    for (const one of identifiers) expect(one).toMatch(/^[A-Za-z]\w{0,63}$/);
    expect(new Set(identifiers.map((one) => one.toLowerCase())).size).toBe(3);
  },
);

test('B13: it can be changed to another case, handed on, and used again after its tenant', async () => {
  const [one, two] = [
    await create({ name: 'A', identifier: 'Alpha' }),
    await create({ name: 'B', identifier: 'Beta' }),
  ];
  const rename = async ({ id }: { id: string }, identifier: string) =>
    (await manage('PATCH', `/${id}`, { identifier })).status;
  expect(await rename(one, 'Alpha')).toBe(200);
  expect(await rename(one, 'ALPHA')).toBe(200);
  expect(await identifierOf(one)).toBe('ALPHA');
  expect(await rename(two, 'alpha')).toBe(409);
  expect(await rename(one, 'Gamma')).toBe(200);
  expect(await rename(two, 'alpha')).toBe(200);
  expect(await rename(one, 'beta')).toBe(200);
  expect([await identifierOf(one), await identifierOf(two)]).toEqual(['beta', 'alpha']);

  expect((await manage('PATCH', `/${one.id}`, { name: 'Alpha' })).status).toBe(200);
  expect(await identifierOf(one)).toBe('beta');
  expect((await manage('DELETE', `/${one.id}?confirm=beta`)).status).toBe(204);
  const again = await create({ name: 'C', identifier: 'BETA' });
  expect(await identifierOf(again)).toBe('BETA');
});

test('B13: of requests that race for one, a single one gets it', async () => {
  const spelt = ['Race', 'race', 'RACE', 'rAcE', 'raCE'];
  const created = await Promise.all(
    spelt.map((identifier) => manage('POST', '', { name: identifier, identifier })),
  );
  expect(created.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
  const others = await Promise.all(spelt.map((name) => create({ name })));
  expect(new Set(others.map(({ identifier }) => identifier.toLowerCase())).size).toBe(5);
  const edited = await Promise.all(
    others.map(({ id }, index) => manage('PATCH', `/${id}`, { identifier: index % 2 ? 'Won' : 'WON' })),
  );
  expect(edited.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409]);
  const held = await Promise.all(others.map(identifierOf));
  expect(held.filter((one) => one.toLowerCase() === 'won')).toHaveLength(1);
});

test('B13: the command line says that an identifier is taken, and names a tenant by it whatever its case', async () => {
  await create({ name: 'Typed', identifier: 'Typed_1' });
  const refused = await exitOf(site(), ['tenants', 'create', '--name', 'Other', '--identifier', 'TYPED_1']);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/identifier/i)]);
  const shown = await exitOf(site(), ['tenants', 'show', 'typed_1', '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'Typed' });
});
