import { beforeAll, describe, expect, test } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

const coreUser = 'urn:ietf:params:scim:schemas:core:2.0:User';
const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const older = 'urn:scim:schemas:extension:enterprise';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

const tenantOf = (profile: string) => endpoint.createTenant({ name: profile, profile });
const tolerant = ['google', 'onelogin', 'generic'] as const;
const inAll = <T>(cases: readonly T[]) =>
  tolerant.flatMap((profile) => cases.map((one) => [profile, one] as const));

describe('A4: a URN from before RFC 7643', () => {
  test.each(
    inAll([
      ['urn:scim:schemas:core:1.0', coreUser],
      ['urn:scim:schemas:core:1.0'],
      ['urn:scim:schemas:core:2.0'],
      ['urn:scim:schemas:core:2.0', `${older}:2.0`],
      ['urn:scim:schemas:core:1.0', `${older}:1.0`],
      ['urn:scim:schemas:core:2.0:User', `${older}:2.0:User`],
      ['URN:SCIM:SCHEMAS:CORE:1.0'],
      [coreUser, enterprise, `${older}:1.0`],
    ]),
  )('in "schemas" is read by %s: %j', async (profile, schemas) => {
    const tenant = await tenantOf(profile);
    const user = { schemas, userName: 'ann@example.com' };
    const created = await scim(tenant, 'POST', '/Users', user);
    expect(created).toMatchObject({ status: 201, body: { schemas: [coreUser] } });
    const path = `/Users/${created.body.id}`;
    expect(await scim(tenant, 'PUT', path, { ...user, title: 'T' })).toMatchObject({
      status: 200,
      body: { title: 'T' },
    });
    const Operations = [{ op: 'replace', value: { schemas, title: 'U' } }];
    const patched = await scim(tenant, 'PATCH', path, { schemas: [patchOp], Operations });
    expect(patched).toMatchObject({ status: 200, body: { title: 'U' } });
  });

  test.each(
    inAll([
      ['urn:scim:schemas:core:1.0', 'CORE'],
      ['CORE', 'urn:scim:schemas:core:1.0'],
      ['urn:scim:schemas:core:2.0', `${older}:2.0`],
    ]),
  )('in "schemas" of the message is read by %s beside that of the resource: %j', async (profile, listed) => {
    const tenant = await tenantOf(profile);
    for (const [path, core, name] of [
      ['/Users', coreUser, 'userName'],
      ['/Groups', coreGroup, 'displayName'],
    ] as const) {
      const schemas = listed.map((urn) => (urn === 'CORE' ? core : urn));
      const { body } = await scim(tenant, 'POST', path, { schemas: [core], [name]: 'a' });
      const Operations = [{ op: 'replace', path: name, value: 'b' }];
      const patched = await scim(tenant, 'PATCH', `${path}/${body.id}`, { schemas, Operations });
      expect(patched).toMatchObject({ status: 200, body: { [name]: 'b' } });
    }
  });

  test.each(tolerant)('beside the URN of another message is refused by %s in a PATCH', async (profile) => {
    const tenant = await tenantOf(profile);
    const { body } = await scim(tenant, 'POST', '/Users', { schemas: [coreUser], userName: 'a' });
    const schemas = ['urn:scim:schemas:core:1.0', 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const Operations = [{ op: 'replace', path: 'userName', value: 'b' }];
    const patched = await scim(tenant, 'PATCH', `/Users/${body.id}`, { schemas, Operations });
    expect(patched).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
  });

  test.each(
    inAll(['urn:scim:schemas:core:1.0', 'urn:scim:schemas:core:2.0', 'urn:scim:schemas:core:2.0:Group']),
  )('in "schemas" of a group, and of the message of a PATCH, is read by %s: %s', async (profile, urn) => {
    const tenant = await tenantOf(profile);
    const group = { schemas: [urn], displayName: 'Guides' };
    const { status, body } = await scim(tenant, 'POST', '/Groups', group);
    expect([status, body.schemas]).toEqual([201, [coreGroup]]);
    const path = `/Groups/${body.id}`;
    expect((await scim(tenant, 'PUT', path, { ...group, displayName: 'B' })).status).toBe(200);
    const Operations = [{ op: 'replace', path: 'displayName', value: 'C' }];
    expect((await scim(tenant, 'PATCH', path, { schemas: [urn], Operations })).status).toBe(200);
    expect((await scim(tenant, 'GET', path)).body.displayName).toBe('C');
  });

  test.each(inAll([`${older}:1.0`, `${older}:2.0`, `${older}:1.0:User`, `${older}:2.0:User`]))(
    'of the enterprise extension has its data taken by %s: %s',
    async (profile, urn) => {
      const tenant = await tenantOf(profile);
      const user = { schemas: ['urn:scim:schemas:core:2.0', urn], userName: 'ann@example.com' };
      const created = await scim(tenant, 'POST', '/Users', { ...user, [urn]: { department: 'D' } });
      expect(created).toMatchObject({ status: 201, body: { [enterprise]: { department: 'D' } } });
      const path = `/Users/${created.body.id}`;
      const put = await scim(tenant, 'PUT', path, { ...user, [urn]: { department: 'E' } });
      expect(put.body[enterprise]).toEqual({ department: 'E' });
      for (const operation of [
        { op: 'replace', path: urn, value: { department: 'F' } },
        { op: 'replace', path: `${urn}:department`, value: 'F' },
        { op: 'replace', path: `${urn.replace(':User', '')}.department`, value: 'F' },
        { op: 'add', value: { [urn]: { department: 'F' } } },
        { op: 'add', value: { [`${urn}:department`]: 'F' } },
      ]) {
        await scim(tenant, 'PUT', path, { ...user, [urn]: { department: 'E' } });
        const { status, body } = await scim(tenant, 'PATCH', path, {
          schemas: [patchOp],
          Operations: [operation],
        });
        expect([operation, status, body[enterprise]]).toEqual([operation, 200, { department: 'F' }]);
      }
      const found = await scim(tenant, 'GET', `/Users?filter=${urn}:department%20eq%20%22F%22`);
      expect(found.body.totalResults).toBe(1);
      const refused = await scim(tenant, 'PUT', path, { ...user, [urn]: 'D' });
      expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    },
  );

  test.each(['rfc', 'interop', 'entra', 'okta'])('alone in "schemas" is refused by %s', async (profile) => {
    const body = { schemas: ['urn:scim:schemas:core:1.0'], userName: 'ann@example.com' };
    const answer = await scim(await tenantOf(profile), 'POST', '/Users', body);
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
  });
});
