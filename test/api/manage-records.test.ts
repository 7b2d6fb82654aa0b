import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

/** A tenant with accounts: what it is asked, and what its audit trail holds once the timer has come by. */
async function tenantWith(accounts: object = {}) {
  const policy = { accounts: { enabled: true, ...accounts } };
  const { tenantId } = await endpoint.createTenant({ name: 'Recorded', policy });
  const call = (method: string, path: string, body?: object) =>
    endpoint.manage(method, `/manage/tenants/${tenantId}${path}`, body);
  const recordsOf = async (resourceType: string, number: number) => {
    await endpoint.manage('POST', '/admin/functions/maintenance', {});
    const read = async (): Promise<readonly Record<string, unknown>[]> => {
      const { records } = (await call('GET', '/audit')).body;
      return records.filter((record: { resourceType: string }) => record.resourceType === resourceType);
    };
    await expect.poll(async () => (await read()).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(number);
    const { body } = await call('GET', '/runs');
    expect(body.runs).toEqual([]);
    return await read();
  };
  return { tenantId, call, recordsOf };
}

describe('the audit trail', () => {
  test('tells that a conversion of logins has edited the policy, once', async () => {
    const { tenantId, call, recordsOf } = await tenantWith({ login: 'mailbox' });
    expect((await call('POST', '/login-conversion', { dryRun: true })).status).toBe(200);
    for (const _ of ['a page', 'the next']) {
      expect((await call('POST', '/login-conversion', { dryRun: false })).status).toBe(200);
    }
    const edit = { credential: 'management', operation: 'edit', resource: tenantId };
    expect(await recordsOf('Tenant', 1)).toMatchObject([{ ...edit, attributes: ['policy.accounts.login'] }]);
  });

  test('tells what operators do to teams and to their members', async () => {
    const { call, recordsOf } = await tenantWith();
    const account = (await call('POST', '/accounts', { attributes: { email: 'anna@a.com' } })).body.id;
    const { id } = (await call('POST', '/teams', { name: 'Night' })).body;
    await call('PATCH', `/teams/${id}`, { name: 'Day' });
    await call('PUT', `/teams/${id}/members/${account}`);
    await call('DELETE', `/teams/${id}/members/${account}`);
    expect((await call('DELETE', `/teams/${id}`)).status).toBe(204);
    const records = await recordsOf('Team', 5);
    // Two may have one time.
    const told = records.map(({ operation, attributes }) => `${operation} ${attributes}`).sort();
    expect(told).toEqual(['create name', 'delete ', 'edit members', 'edit members', 'edit name']);
    const others = records.filter((one) => one.credential !== 'management' || one.resource !== id);
    expect(others).toEqual([]);
  });
});

describe('the role of an account', () => {
  test('is one of those that the policy knows', async () => {
    const { call } = await tenantWith();
    const known = 'policy.roles.known has administrator, userManager, user';
    const refused = {
      status: 400,
      body: { scimType: 'invalidValue', detail: expect.stringContaining(known) },
    };
    expect(await call('POST', '/accounts', { role: 'bogus' })).toMatchObject(refused);
    const { id } = (await call('POST', '/accounts', { role: 'userManager' })).body;
    expect(await call('PATCH', `/accounts/${id}`, { role: 'bogus' })).toMatchObject(refused);
    expect((await call('GET', `/accounts/${id}`)).body.role).toBe('userManager');
    expect((await call('PATCH', `/accounts/${id}`, { role: 'user' })).body.role).toBe('user');
  });
});

test('C9: the creation and the deletion of a tenant tell who and when, also when the tenant is gone', async () => {
  const before = Date.now();
  const { tenantId } = await endpoint.createTenant({ name: 'Short-lived' });
  const { body: tenant } = await endpoint.manage('GET', `/manage/tenants/${tenantId}`);
  const path = `/manage/tenants/${tenantId}?confirm=${tenant.identifier}`;
  expect((await endpoint.manage('DELETE', path)).status).toBe(204);
  const { body } = await endpoint.manage('GET', `/manage/audit?resource=${tenantId}`);
  expect(body.records).toMatchObject([
    { operation: 'delete', resourceType: 'Tenant', resource: tenantId, credential: 'management' },
    { operation: 'create', resourceType: 'Tenant', resource: tenantId, credential: 'management' },
  ]);
  for (const { at } of body.records) expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
});
