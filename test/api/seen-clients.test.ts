import { beforeAll, describe, expect, test } from 'vitest';
import { clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { scim } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { muster } from '../tools/muster/muster.ts';

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const okta = { 'user-agent': 'Okta SCIM Client 1.0.0' };
const entra = { schemas: [patchOp], Operations: [{ op: 'Replace', path: 'active', value: 'False' }] };

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

const statusOf = async (id: string) => (await endpoint.manage('GET', `/manage/tenants/${id}/status`)).body;
const recordsOf = async (id: string) =>
  (await endpoint.manage('GET', `/manage/tenants/${id}/audit?operation=recognise`)).body.records;
const toldOf = (id: string) =>
  linesOf(endpoint.output()).filter(({ event, tenant }) => event === 'client' && tenant === id);

describe('C5: a client that does not fit the profile of its tenant', () => {
  test('is told once, in status, log and audit, until the profile is set', async () => {
    const tenant = await endpoint.createTenant({ name: 'Contoso', profile: 'entra' });
    const { tenantId } = tenant;
    const personal = 'anna.secret@example.com';
    const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: personal };
    for (const method of ['POST', 'POST', 'POST']) await scim(tenant, method, '/Users', body, okta);
    await Promise.all(
      Array.from({ length: 10 }, () => scim(tenant, 'GET', '/Users?count=2', undefined, okta)),
    );

    const advice =
      'This looks like Okta, and the profile of the tenant is entra: set the profile with endpoint.profile=okta';
    const { clients } = await statusOf(tenantId);
    const seen = { client: 'okta', name: 'Okta', sign: 'okta-user-agent', fits: false, advice };
    expect(clients).toEqual([{ ...seen, since: expect.any(String) }]);
    expect(toldOf(tenantId)).toMatchObject([
      { level: 'warning', client: 'okta', profile: 'entra', sign: 'okta-user-agent', message: advice },
    ]);
    const records = await recordsOf(tenantId);
    expect(records).toMatchObject([{ resourceType: 'Tenant', resource: tenantId, detail: advice }]);
    expect(JSON.stringify([clients, records, toldOf(tenantId)])).not.toMatch(/secret|1\.0\.0/);

    await endpoint.manage('PATCH', `/manage/tenants/${tenantId}`, {
      policy: { endpoint: { profile: 'okta' } },
    });
    expect((await statusOf(tenantId)).clients).toEqual([]);
    await scim(tenant, 'GET', '/Users?count=2', undefined, okta);
    const [fitting] = (await statusOf(tenantId)).clients;
    expect(fitting).toMatchObject({ client: 'okta', fits: true });
    expect(fitting).not.toHaveProperty('advice');
    expect(toldOf(tenantId)).toHaveLength(1);
    expect(await recordsOf(tenantId)).toHaveLength(1);
  });

  test('is told although its request is refused, for each profile but generic and its own', async () => {
    for (const profile of clientProfiles) {
      const tenant = await endpoint.createTenant({ name: profile, profile });
      expect((await scim(tenant, 'PATCH', '/Users/none', entra)).status).toBe(404);
      const isTold = profile !== 'entra' && profile !== 'generic';
      const [client, ...others] = (await statusOf(tenant.tenantId)).clients;
      expect(client).toMatchObject({ client: 'entra', sign: 'entra-operation-names', fits: !isTold });
      expect('advice' in client).toBe(profile !== 'entra');
      expect(others).toEqual([]);
      expect(toldOf(tenant.tenantId)).toHaveLength(isTold ? 1 : 0);
      expect(await recordsOf(tenant.tenantId)).toHaveLength(isTold ? 1 : 0);
    }
  });

  test('stands beside another one, and neither is told again when they alternate', async () => {
    const tenant = await endpoint.createTenant({ name: 'Two', profile: 'authentik' });
    for (let round = 0; round < 5; round += 1) {
      await scim(tenant, 'GET', '/Users', undefined, okta);
      await scim(tenant, 'PATCH', '/Users/none', entra);
    }
    const { clients } = await statusOf(tenant.tenantId);
    expect(clients.map(({ client }: { client: string }) => client)).toEqual(['entra', 'okta']);
    expect(toldOf(tenant.tenantId)).toHaveLength(2);
  });

  test('is not told by a refused token, broken JSON or an unknown client', async () => {
    const tenant = await endpoint.createTenant({ name: 'None', profile: 'entra' });
    const refused = await scim({ ...tenant, token: `${tenant.token}x` }, 'GET', '/Users', undefined, okta);
    expect(refused.status).toBe(401);
    await scim(tenant, 'POST', '/Users', '{"externalId":"00ujl29u0le5T6Aj10h7"');
    await scim(tenant, 'GET', '/Users', undefined, { 'user-agent': 'curl/8 (like Okta SCIM Client)' });
    expect((await statusOf(tenant.tenantId)).clients).toEqual([]);
    expect(toldOf(tenant.tenantId)).toEqual([]);
  });

  test('is shown by muster status with the command that sets the profile', async () => {
    const tenant = await endpoint.createTenant({ name: 'Recognised', profile: 'entra' });
    await scim(tenant, 'GET', '/Users', undefined, okta);
    const env = { MUSTER_URL: endpoint.baseUrl, MUSTER_FUNCTION_KEY: endpoint.functionKey };
    const { code, stdout } = await muster(['status', 'Recognised'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/Profile +entra\n/);
    const command = 'npm run muster -- tenants edit Recognised --set endpoint.profile=okta';
    expect(stdout).toContain(
      `this looks like Okta (okta-user-agent), and the profile entra does not fit: set the profile with ${command}\n`,
    );
    await muster(command.split(' ').slice(4), { env });
    await scim(tenant, 'GET', '/Users', undefined, okta);
    expect((await muster(['status', 'Recognised'], { env })).stdout).toContain(
      'this looks like Okta (okta-user-agent)\n',
    );
  });
});
