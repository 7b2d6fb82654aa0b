import { expect } from 'vitest';
import { enterprise, group, person, workEmail } from './entra.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('sguard');

const guard = (name: string, values: Parameters<typeof person>[1] = {}) =>
  person(name, { preferredLanguage: 'de-DE', [enterprise('employeeNumber')]: '007', ...values });

row(
  'G1',
  {
    says: 'Users are created, modified, deactivated by a soft delete, and deleted',
    always: 'it is what the endpoint is for',
  },
  async ({ entra, flagged, local }) => {
    for (const client of [entra, flagged]) {
      const anna = guard('anna');
      await client.provision(anna);
      expect(await local.account(anna)).toMatchObject({ state: 'active', attributes: { language: 'de-DE' } });
      await client.change(anna, { preferredLanguage: 'fr-FR', [enterprise('employeeNumber')]: '008' });
      expect(await local.account(anna)).toMatchObject({
        attributes: { language: 'fr-FR', employeeNumber: '008' },
      });
      await client.disable(anna);
      expect(await local.account(anna)).toMatchObject({ state: 'disabled' });
      expect(await client.find('/Users', 'userName eq "anna@contoso.com"')).toMatchObject([
        { active: false },
      ]);
      await client.enable(anna);
      expect(await local.account(anna)).toMatchObject({ state: 'active' });
      await client.delete(anna);
      expect(await local.account(anna)).toMatchObject({ state: 'removed' });
      expect(await client.find('/Users', 'userName eq "anna@contoso.com"')).toEqual([]);
    }
  },
);

const mandatory = [
  ...['userName', 'name.familyName', 'name.givenName', enterprise('employeeNumber'), workEmail],
  ...['preferredLanguage', 'active'],
];

interface Described {
  readonly name: string;
  readonly required?: boolean;
  readonly subAttributes?: readonly Described[];
}

/** The names of what schemas of users describe as required. */
function requiredIn(
  schemas: readonly { id: string; attributes: readonly Described[] }[],
): ReadonlySet<string> {
  const ofUsers = schemas.filter(({ id }) => id.endsWith(':User'));
  const all = ofUsers.flatMap(({ attributes }) =>
    attributes.flatMap((one) => [one, ...(one.subAttributes ?? [])]),
  );
  return new Set(all.filter(({ required }) => required).map(({ name }) => name));
}

row(
  'G2',
  {
    says: 'A user that lacks a mandatory attribute is refused with an error that names it',
    off: { users: { required: [] } },
  },
  async ({ entra, flagged, local }) => {
    for (const path of mandatory) {
      const { status, body } = await entra.post(guard('anna', { [path]: null }));
      expect({ status, scimType: body.scimType, detail: body.detail }).toEqual({
        ...{ status: 400, scimType: 'invalidValue', detail: expect.stringContaining(path) },
      });
    }
    for (const blank of ['', ' ']) {
      expect((await entra.post(guard('anna', { preferredLanguage: blank }))).status).toBe(400);
    }
    const [schema, type] = [
      await entra.send('GET', '/Schemas'),
      await entra.send('GET', '/ResourceTypes/User'),
    ];
    expect(requiredIn(schema.body.Resources)).toEqual(
      new Set([
        'userName',
        'name',
        'familyName',
        'givenName',
        'employeeNumber',
        'emails',
        ...mandatory.slice(-2),
      ]),
    );
    expect(type.body.schemaExtensions).toMatchObject([{ required: true }]);
    expect(await local.accounts()).toEqual([]);
    const anna = guard('anna');
    await entra.provision(anna);
    for (const path of ['preferredLanguage', enterprise('employeeNumber')]) {
      const removal = await entra.patch(anna, { op: 'Remove', path });
      expect(removal).toMatchObject({ status: 400, body: { detail: expect.stringContaining(path) } });
    }
    await flagged.change(anna, { preferredLanguage: 'fr-FR' });
    expect(await local.account(anna)).toMatchObject({
      attributes: { language: 'fr-FR', employeeNumber: '007' },
    });
  },
);

row(
  'G3',
  {
    says: 'The endpoint and discovery have no groups; users who are assigned through groups are still provisioned',
    off: { endpoint: { groups: true } },
  },
  async ({ entra, local }) => {
    const answers = [
      await entra.send('GET', '/Groups'),
      await entra.send('GET', '/Groups?filter=displayName%20eq%20%22Sales%22'),
      await entra.post(group('Sales')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    const [types, schemas] = [await entra.send('GET', '/ResourceTypes'), await entra.send('GET', '/Schemas')];
    expect(types.body.Resources).toMatchObject([{ id: 'User', endpoint: '/Users' }]);
    const urns = schemas.body.Resources.map(({ id }: { id: string }) => id);
    expect(urns).toContain('urn:ietf:params:scim:schemas:core:2.0:User');
    expect(urns).not.toContain('urn:ietf:params:scim:schemas:core:2.0:Group');

    const [anna, bert] = [guard('anna'), guard('bert')];
    await entra.provision(anna, bert);
    expect([await local.account(anna), await local.account(bert)]).toMatchObject([
      { state: 'active' },
      { state: 'active' },
    ]);
  },
);

row(
  'G4',
  {
    says: 'The tenant URL ends in /scim/v2, and the client sends a bearer key',
    off: { endpoint: { path: '/scim' } },
  },
  async ({ entra, tenantUrl, endpoint }) => {
    expect(tenantUrl).toBe(`${endpoint.baseUrl}/scim/v2`);
    await entra.testConnection();
    expect((await fetch(`${tenantUrl}/Users`)).status).toBe(401);
  },
);
