import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonValue } from '../../lib/scim/json.ts';
import { scim } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { expectError, playRow, type Request, type Row } from './play.ts';

/** A row of the fixtures, with the names of resources in given.json to create first. */
type EntraRow = Row & { readonly given?: readonly string[] };

const given: Record<string, { path: string; body: JsonValue }> = load('given');
const coreUrn = 'urn:ietf:params:scim:schemas:core:2.0:';
const messageUrn = 'urn:ietf:params:scim:api:messages:2.0:';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

describe.each([
  'connection',
  'create',
  'patch-default',
  'patch-flag',
  'groups',
  'deprovisioning',
  'validator',
])('Entra ID, %s', (fixture) => {
  test.each(load<readonly EntraRow[]>(fixture).map((row) => [row.name, row] as const))(
    '%s',
    async (_, row) => {
      const start = (row.given ?? []).map(
        (name): Request => ({ method: 'POST', as: name, ...givenOf(name) }),
      );
      await playRow(endpoint, 'entra', { ...row, before: [...start, ...(row.before ?? [])] });
    },
  );
});

describe('Entra ID, values', () => {
  test('come back as they were sent, though the profile rfc writes them in canonical forms', async () => {
    const emails = [{ type: 'Work', value: 'Ann@EXAMPLE.com' }];
    const body = { schemas: [`${coreUrn}User`], userName: 'ann', emails };
    const kept = async (profile: string) => {
      const tenant = await endpoint.createTenant({ name: profile, profile });
      return (await scim(tenant, 'POST', '/Users', body)).body.emails;
    };
    expect(await kept('entra')).toEqual(emails);
    expect(await kept('rfc')).toEqual([{ type: 'work', value: 'Ann@example.com' }]);
  });
});

describe('Entra ID, discovery', () => {
  test('GET /Schemas is a ListResponse without nulls', async () => {
    const { status, body } = await scim(endpoint, 'GET', '/Schemas');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schemas: [`${messageUrn}ListResponse`],
      totalResults: body.Resources.length,
    });
    expect(body.Resources.map(({ id }: { id: string }) => id)).toContain(`${coreUrn}User`);
    expect(JSON.stringify(body)).not.toContain('null');
  });
});

describe('a tenant with the profile rfc', () => {
  test.each([
    ['a boolean in a string', { schemas: [`${coreUrn}User`], userName: 's', active: 'True' }, 'invalidValue'],
  ])('is refused %s', async (_, body, scimType) => {
    const tenant = await endpoint.createTenant({ name: 'RFC', profile: 'rfc' });
    expectError(await scim(tenant, 'POST', '/Users', body), { status: 400, scimType });
  });

  test('is refused a filter value without quotes', async () => {
    const tenant = await endpoint.createTenant({ name: 'RFC', profile: 'rfc' });
    const answer = await scim(tenant, 'GET', '/Users?filter=externalId%20eq%20jyoung');
    expectError(answer, { status: 400, scimType: 'invalidFilter' });
  });
});

function givenOf(name: string): { path: string; body: JsonValue } {
  const start = given[name];
  if (!start) throw new Error(`given.json holds no ${name}`);
  return start;
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/entra/${name}.json`, import.meta.url), 'utf8'));
}
