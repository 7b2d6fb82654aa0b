import { describe, expect, test } from 'vitest';
import { createSealer } from '../../lib/keys/sealer.ts';
import { manageOperations } from '../../lib/manage/operations.ts';
import { createLinks } from '../../lib/notifications/links.ts';
import type { JsonObject } from '../../lib/scim/json.ts';
import { openDeployment, startInstance } from '../keys/instance.ts';

async function one() {
  const deployment = await openDeployment();
  const instance = startInstance(deployment);
  const directoryOf = (): never => {
    throw new Error('No operation here reads a directory');
  };
  const baseUrl = 'https://scim.example.com';
  const sealer = createSealer({
    secrets: instance.secrets,
    name: 'links',
    randomBytes: deployment.randomBytes,
  });
  const links = createLinks({ sealer, now: () => deployment.clock.time, baseUrl });
  const deployed = { baseUrl, packs: [], directoryOf, links };
  return { ...deployment, ...instance, manage: manageOperations({ ...instance, ...deployed }) };
}

const textOf = (answer: JsonObject, name: string) => String(answer[name]);

describe('createTenant()', () => {
  test('answers the tenant with the URL to paste', async () => {
    const { manage } = await one();
    const policy = { endpoint: { profile: 'okta', path: '/scim' } };
    const tenant = await manage.createTenant({ body: { name: 'Contoso', policy } });
    expect(tenant).toEqual({
      ...{ id: expect.any(String), name: 'Contoso', identifier: 'Contoso', description: '', enabled: true },
      policy: expect.objectContaining({ endpoint: expect.objectContaining(policy.endpoint) }),
      tenantUrl: 'https://scim.example.com/scim',
    });
  });

  test.each([
    ['no object', [], 'invalidSyntax', 'The request body must be a JSON object'],
    ['nothing', null, 'invalidSyntax', 'The request body must be a JSON object'],
    ['no name', {}, 'invalidValue', 'Property name is not valid'],
    ['an empty name', { name: ' ' }, 'invalidValue', 'Property name is not valid'],
    [
      'an unknown profile',
      { name: 'a', policy: { endpoint: { profile: 'x' } } },
      'invalidValue',
      'Property policy.endpoint.profile is not valid',
    ],
    [
      'an unknown path',
      { name: 'a', policy: { endpoint: { path: '/x' } } },
      'invalidValue',
      'Property policy.endpoint.path is not valid',
    ],
    [
      'a policy out of bounds',
      { name: 'a', policy: { keys: { activeMax: 11 } } },
      'invalidValue',
      'Property policy.keys.activeMax is not valid',
    ],
    ['an unknown property', { name: 'a', nmae: 'b' }, 'invalidValue', 'nmae'],
    ['an id of its own', { name: 'a', id: 'x' }, 'invalidValue', 'id'],
  ])('refuses %s', async (_, body, code, detail) => {
    const { manage } = await one();
    const error = await manage.createTenant({ body }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(detail) });
    expect(await manage.listTenants({})).toEqual({ tenants: [] });
  });
});

describe('listTenants()', () => {
  test('tells where the next page begins', async () => {
    const { manage } = await one();
    for (let count = 0; count < 101; count += 1) await manage.createTenant({ body: { name: `${count}` } });
    const first = await manage.listTenants({});
    const second = await manage.listTenants({ after: textOf(first, 'next') });
    expect(first.tenants).toHaveLength(100);
    expect(second.tenants).toHaveLength(1);
    expect(second).not.toHaveProperty('next');
  });
});

describe('issueKey()', () => {
  test('answers a key that works, its end and the URL', async () => {
    const { manage, authenticate } = await one();
    const tenantId = textOf(await manage.createTenant({ body: { name: 'Contoso' } }), 'id');
    const issued = await manage.issueKey({ tenantId, body: { label: 'Entra', validDays: 30 } });
    expect(issued).toEqual({
      id: expect.any(String),
      key: expect.stringMatching(/^muster_/),
      expires: '2026-01-31T00:00:00.000Z',
      tenantUrl: 'https://scim.example.com/scim/v2',
    });
    const { tenant } = await authenticate(`Bearer ${textOf(issued, 'key')}`, '/scim/v2');
    expect(tenant.id).toBe(tenantId);
  });

  test.each([
    ['validDays out of bounds', { validDays: 731 }, 'invalidValue', 'valid for 1 to 730 days'],
    ['validDays as text', { validDays: '30' }, 'invalidValue', 'Property validDays is not valid'],
    ['a long label', { label: 'x'.repeat(101) }, 'invalidValue', 'Property label is not valid'],
    ['an unknown property', { days: 3 }, 'invalidValue', 'days'],
  ])('refuses %s', async (_, body, code, detail) => {
    const { manage } = await one();
    const tenantId = textOf(await manage.createTenant({ body: { name: 'Contoso' } }), 'id');
    const error = await manage.issueKey({ tenantId, body }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(detail) });
  });

  test('refuses a key too many with conflict', async () => {
    const { manage } = await one();
    const body = { name: 'Contoso', policy: { keys: { activeMax: 1 } } };
    const tenantId = textOf(await manage.createTenant({ body }), 'id');
    await manage.issueKey({ tenantId, body: {} });
    await expect(manage.issueKey({ tenantId, body: {} })).rejects.toMatchObject({
      code: 'conflict',
      message: 'The tenant has 1 active key and its policy allows 1: revoke one first',
    });
  });

  test('answers notFound for an unknown tenant', async () => {
    const { manage } = await one();
    await expect(manage.issueKey({ tenantId: 'absent', body: {} })).rejects.toMatchObject({
      code: 'notFound',
    });
  });
});

describe('listKeys() and revokeKey()', () => {
  test('show a key, revoke it and show that', async () => {
    const { manage } = await one();
    const tenantId = textOf(await manage.createTenant({ body: { name: 'Contoso' } }), 'id');
    const issued = await manage.issueKey({ tenantId, body: { label: 'Entra' }, issuer: 'operator' });
    const keyId = textOf(issued, 'id');
    const view = {
      ...{ id: keyId, label: 'Entra', issuer: 'operator', created: '2026-01-01T00:00:00.000Z' },
      expires: '2027-01-01T00:00:00.000Z',
    };
    expect(await manage.listKeys({ tenantId })).toEqual({ keys: [{ ...view, status: 'active' }] });
    await manage.revokeKey({ tenantId, keyId });
    expect(await manage.listKeys({ tenantId })).toEqual({ keys: [{ ...view, status: 'revoked' }] });
  });

  test('answer notFound without repeating what was asked for', async () => {
    const { manage } = await one();
    const tenantId = textOf(await manage.createTenant({ body: { name: 'Contoso' } }), 'id');
    const key = textOf(await manage.issueKey({ tenantId, body: {} }), 'key');
    const error = await manage.revokeKey({ tenantId, keyId: key }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'notFound', message: 'The tenant has no key with this id' });
    await expect(manage.listKeys({ tenantId: 'absent' })).rejects.toMatchObject({ code: 'notFound' });
  });
});
