import { expect, test } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { allTenants } from '../support/shared-endpoint.ts';
import { exitOf } from './product-command.ts';
import { products } from './product-stage.ts';

const { site, open } = products();
const post = (path: string, body: unknown) => site().endpoint.manage('POST', `/manage/tenants${path}`, body);
const tenants = () => allTenants(site().endpoint);

test.each([
  ['signl4', 'key', 1],
  ['signl4', 'client', 1],
  ['sofa', 'key', 90],
  ['sofa', 'client', 90],
  ['signinghub', 'client', 30],
  ['sguard', 'key', 2],
  ['v6', 'key', 1],
] as const)(
  'B2: the end of a credential stays displayed after it: %s, a %s of %i days',
  async (preset, kind, validDays) => {
    const { local, ...product } = await open(preset, {
      keys: { activeMax: 3, replaces: false, issuerRoles: [] },
    });
    const { id, expires } = await local.done('POST', '/keys', { kind, validDays, label: 'one' });
    const shown = async () =>
      (await local.done('GET', '/keys')).keys.find((one: { id: string }) => one.id === id);
    expect(await shown()).toMatchObject({ kind, status: 'active', expires });
    product.pass({ days: validDays, minutes: 1 });
    expect(await shown()).toMatchObject({ kind, status: 'expired', expires });
    await product.timers();
    expect(await shown()).toMatchObject({ kind, status: 'expired', expires, label: 'one' });
    product.pass({ days: 88 });
    await product.timers();
    expect(await shown()).toMatchObject({ kind, status: 'expired', expires });
  },
);

test('B2: a key that is revoked, replaced or refused keeps its end, and makes room for others', async () => {
  const { local, ...product } = await open('sofa', { keys: { activeMax: 2, daysMin: 1 } });
  const all = async () => (await local.done('GET', '/keys')).keys;
  const [first] = await all();
  const next = await local.done('POST', `/keys/${first.id}/rotate`, { overlapDays: 7, validDays: 20 });
  const byId = async (id: string) => (await all()).find((one: { id: string }) => one.id === id);
  const replaced = await byId(first.id);
  expect(Date.parse(replaced.expires) - product.now()).toBeLessThanOrEqual(7 * 86_400_000);
  product.pass({ days: 8 });
  await product.timers();
  expect(await byId(first.id)).toMatchObject({ status: 'expired', expires: replaced.expires });
  expect(await byId(next.id)).toMatchObject({ status: 'active', expires: next.expires });
  expect((await scim(product, 'GET', '/Users')).status).toBe(401);
  expect(await byId(first.id)).toMatchObject({ status: 'expired', expires: replaced.expires });

  const other = await local.done('POST', '/keys', { validDays: 1 });
  await local.done('DELETE', `/keys/${other.id}`);
  expect(await byId(other.id)).toMatchObject({ status: 'revoked', expires: expect.any(String) });
  await local.done('PATCH', '', { enabled: false });
  product.pass({ days: 20 });
  await product.timers();
  expect(await byId(next.id)).toMatchObject({ status: 'expired', expires: next.expires });
  expect((await local.call('POST', `/keys/${next.id}/rotate`, {})).status).toBeOneOf([201, 404, 409]);
});

test('B2: the command line shows when a key ended', async () => {
  const { local, ...product } = await open('sofa', { keys: { daysMin: 1 } });
  const { id } = await local.done('POST', '/keys', { validDays: 1, label: 'ended' });
  product.pass({ days: 2 });
  await product.timers();
  const { code, stdout } = await exitOf(site(), ['keys', 'list', local.tenantId]);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(new RegExp(`^${id} .*ended +expired +20\\d\\d-`, 'm')),
  ]);
});

test.each([
  ['signl4', {}, 'key'],
  ['signl4', { kind: 'client' }, 'clientSecret'],
  ['sofa', { label: 'Entra ID', validDays: 90 }, 'key'],
  ['sguard', { label: 'x'.repeat(100) }, 'key'],
  ['signinghub', { kind: 'client', validDays: 730 }, 'clientSecret'],
  [undefined, { kind: 'key', validDays: 1 }, 'key'],
] as const)(
  'B22: creating a tenant of %s yields its address and first key: %j',
  async (preset, key, secret) => {
    const { status, body } = await post('', { name: 'First', preset, key });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body.firstKey).toMatchObject({
      tenantUrl: body.tenantUrl,
      [secret]: expect.stringMatching(/^muster_/),
    });
    const token = body.firstKey[secret];
    const { tenantUrl } = body;
    expect((await scim({ tenantUrl, token }, 'GET', '/Users')).status).toBe(secret === 'key' ? 200 : 401);
    const read = (path: string) => site().endpoint.manage('GET', `/manage/tenants/${body.id}${path}`);
    const [again, keys, audit] = [await read(''), await read('/keys'), await read('/audit')];
    const { id, expires } = body.firstKey;
    const { validDays: _, ...shown } = { kind: 'key', validDays: 0, ...key };
    expect(keys.body.keys).toMatchObject([{ id, status: 'active', expires, ...shown }]);
    expect(again.body).not.toHaveProperty('firstKey');
    expect(JSON.stringify([again.body, keys.body, audit.body, await tenants()])).not.toContain(token);
    expect(audit.body.records.at(-1)).toMatchObject({ operation: 'issue', outcome: 'done' });
  },
);

test('B22: a tenant that is created disabled has a key, which works once it is enabled', async () => {
  const { body } = await post('', { name: 'Asleep', enabled: false, key: {} });
  const access = { tenantUrl: body.tenantUrl, token: body.firstKey.key };
  expect((await scim(access, 'GET', '/Users')).status).toBe(401);
  await site().endpoint.manage('PATCH', `/manage/tenants/${body.id}`, { enabled: true });
  expect((await scim(access, 'GET', '/Users')).status).toBe(200);
});

test.each([
  ['true in place of an object', { key: true }, 400],
  ['a text', { key: 'please' }, 400],
  ['no days', { key: { validDays: 0 } }, 400],
  ['half a day', { key: { validDays: 1.5 } }, 400],
  ['too many days', { key: { validDays: 731 } }, 400],
  ['too few days for the preset', { preset: 'sofa', key: { validDays: 89 } }, 400],
  [
    'too many days for its own policy',
    { policy: { keys: { daysMax: 30, daysDefault: 30 } }, key: { validDays: 31 } },
    400,
  ],
  ['a label that is too long', { key: { label: 'x'.repeat(101) } }, 400],
  ['a kind that there is not', { key: { kind: 'password' } }, 400],
  ['a word that there is not', { key: { days: 30 } }, 400],
  ['nobody to act for', { preset: 'v6', key: {} }, 400],
  ['an identifier that is taken', { identifier: 'taken_already', key: {} }, 409],
  ['a policy that is not valid', { policy: { keys: { daysMin: 0 } }, key: {} }, 400],
] as const)('B22: nothing is created for a first key with %s', async (_, given, expected) => {
  await post('', { name: 'Taken', identifier: 'Taken_Already' });
  const before = await tenants();
  const { status, body } = await post('', { name: 'Nothing', ...given });
  expect({ status, body }).toMatchObject({ status: expected, body: { detail: expect.stringMatching(/\S/) } });
  expect(JSON.stringify(body)).not.toContain('muster_');
  expect(await tenants()).toEqual(before);
});
