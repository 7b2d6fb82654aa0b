import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { scim, type TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Created, clientOf, enterpriseUrn, groupUrn, userUrn } from './client.ts';

/** A tenant all of whose values bear its own mark, and what another might ask it for. */
interface Party extends TenantAccess {
  readonly tenantId: string;
  readonly mark: string;
  /** Ids, which name nothing elsewhere. */
  readonly names: readonly string[];
  readonly cursor: string;
}

let endpoint: SharedEndpoint;
let parties: readonly Party[];

beforeAll(async () => {
  endpoint = await shareEndpoint();
  parties = await Promise.all(['aardvark', 'basilisk', 'chimaera'].map(createParty));
}, 60_000);

async function createParty(mark: string): Promise<Party> {
  const policy = { accounts: { enabled: true }, endpoint: { packs: ['group-members'] } };
  const access = await endpoint.createTenant({ name: mark, profile: 'okta', policy });
  const client = clientOf(access);
  const users: Created[] = [];
  for (let n = 0; n < 5; n += 1) {
    users.push(
      await client.user(`${mark}${n}@example.com`, {
        externalId: `${mark}-${n}`,
        displayName: `${mark} ${n}`,
        emails: [{ value: `${mark}${n}@example.com`, type: 'work' }],
        [enterpriseUrn]: { department: `${mark} department`, manager: { value: users[0]?.id ?? 'none' } },
      }),
    );
  }
  const group = await client.group(
    `${mark} group`,
    users.map(({ id }) => id),
  );
  const page = await client.get('/Users?cursor=&count=2');
  const names = [...users.map(({ id }) => id), group.id];
  return { ...access, mark, names, cursor: page.body.nextCursor };
}

interface Sketch {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const pick = (values: readonly string[]) => fc.constantFrom(...values);
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** A filter that would reach other tenants if anything in it could end the condition on the tenant. */
function filterFor({ mark, names }: Party): fc.Arbitrary<string> {
  const term = fc.oneof(
    pick([
      'userName pr',
      'id pr',
      'displayName co ""',
      'not (id eq "x")',
      'meta.created gt "2000-01-01T00:00:00Z"',
    ]),
    pick(names.map((name) => `id eq ${JSON.stringify(name)}`)),
    pick([`userName co "${mark}"`, `externalId eq "${mark}-0"`, `emails.value sw "${mark}"`]),
    pick(['title eq "\\" OR c.tenantId != \\""', 'userName eq "x\\") OR (true"', 'externalId co "%"']),
  );
  return fc.array(term, { minLength: 1, maxLength: 4 }).map((terms) => terms.join(' or '));
}

/** A request that names what another tenant has. */
function sketchFor(other: Party): fc.Arbitrary<Sketch> {
  const id = pick(other.names);
  const at = (type: 'Users' | 'Groups') => id.map((name) => `/${type}/${encodeURIComponent(name)}`);
  const path = fc.oneof(at('Users'), at('Groups'));
  const value = fc.record({ value: id });
  return fc.oneof(
    path.map((to): Sketch => ({ method: 'GET', path: to })),
    path.map((to): Sketch => ({ method: 'DELETE', path: to })),
    path.map((to): Sketch => ({ method: 'GET', path: to, headers: { 'if-none-match': 'W/"1"' } })),
    filterFor(other).map((filter): Sketch => {
      return { method: 'GET', path: `/Users?count=100&filter=${encodeURIComponent(filter)}` };
    }),
    filterFor(other).map((filter): Sketch => {
      return { method: 'POST', path: '/.search', body: { schemas: [searchUrn], filter, count: 100 } };
    }),
    fc.constant<Sketch>({ method: 'GET', path: `/Users?count=2&cursor=${other.cursor}` }),
    id.map((user): Sketch => {
      const filter = encodeURIComponent(`member.value eq "${user}" or group.value eq "${user}"`);
      return { method: 'GET', path: `/GroupMembers?filter=${filter}` };
    }),
    fc.tuple(path, value).map(([to, member]): Sketch => {
      const operation = { op: 'add', path: 'members', value: [member] };
      return { method: 'PATCH', path: to, body: { schemas: [patchUrn], Operations: [operation] } };
    }),
    value.map((member): Sketch => {
      const body = { schemas: [groupUrn], displayName: `joined ${member.value}`, members: [member] };
      return { method: 'POST', path: '/Groups', body };
    }),
    fc.tuple(path, value).map(([to, manager]): Sketch => {
      const data = { schemas: [userUrn], userName: 'manager', [enterpriseUrn]: { manager } };
      return {
        method: 'POST',
        path: '/Bulk',
        body: {
          schemas: [bulkUrn],
          Operations: [
            { method: 'PUT', path: to, data },
            { method: 'DELETE', path: to },
          ],
        },
      };
    }),
  );
}

const pair = fc.constantFrom<readonly [number, number]>([0, 1], [1, 0], [0, 2], [2, 1], [1, 2], [2, 0]);

test('no request of a tenant shows, changes or finds anything of another', { timeout: 120_000 }, async () => {
  const before = await Promise.all(parties.map(everythingOf));
  const drawn = pair.chain(([own, foreign]) => {
    const other = parties[foreign] as Party;
    return fc.record({
      caller: fc.constant(parties[own] as Party),
      other: fc.constant(other),
      sketch: sketchFor(other),
    });
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ caller, other, sketch }) => {
      const answer = await send(caller, sketch);
      const unknown = await send(caller, withoutNames(sketch, other));
      const asked = decodeURIComponent(sketch.path) + JSON.stringify(sketch.body ?? '');
      const leaked = [other.mark, ...other.names].filter((name) => {
        return answer.text.includes(name) && !asked.includes(name);
      });

      expect(leaked).toEqual([]);
      expect(answer.status).toBeLessThan(500);
      // What another tenant has is as if it did not exist.
      expect(answer.status).toBe(unknown.status);
      expect(blank(answer.text, other)).toBe(blank(unknown.text, other));
    }),
    { numRuns: 150 },
  );
  expect(await Promise.all(parties.map(everythingOf))).toEqual(before);
});

const nobody = '00000000-0000-7000-8000-000000000000';

async function send(caller: Party, { method, path, body, headers }: Sketch) {
  const { status, body: answered } = await scim(caller, method, path, body, headers);
  return { status, text: JSON.stringify(answered ?? '') };
}

/** The same request with names that nobody has. */
function withoutNames(sketch: Sketch, { names }: Party): Sketch {
  return JSON.parse(names.reduce((text, name) => text.replaceAll(name, nobody), JSON.stringify(sketch)));
}

/** A text without the names that were asked for, times and ids of what the request itself created. */
function blank(text: string, { names }: Party): string {
  return [...names, nobody]
    .reduce((rest, name) => rest.replaceAll(name, '?'), text)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '?')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '?');
}

/** All that a tenant was given at first, as it is now; groups that callers made themselves do not count. */
async function everythingOf(party: Party): Promise<unknown> {
  const { body } = await scim(party, 'GET', `/Users?count=1000&filter=userName co "${party.mark}"`);
  const groups = await scim(party, 'GET', `/Groups?filter=displayName eq "${party.mark} group"`);
  return [body.Resources, groups.body.Resources];
}

test('a key opens no tenant but its own, whatever path and host it is sent to', async () => {
  const [one, other] = parties as readonly [Party, Party];
  const [, id] = one.token.split('_');
  const forged = other.token.replace(/^muster_[a-z2-7]+/, `muster_${id}`);
  expect((await scim({ ...one, token: forged }, 'GET', '/Users')).status).toBe(401);
  const misleading: Readonly<Record<string, string>>[] = [
    { 'x-forwarded-host': other.mark },
    { 'x-tenant-id': other.tenantId },
  ];
  for (const headers of misleading) {
    const { body } = await scim(one, 'GET', '/Users?count=1', undefined, headers);
    expect(JSON.stringify(body)).toContain(one.mark);
    expect(JSON.stringify(body)).not.toContain(other.mark);
  }
});

test('an account of one tenant is none of another, nor are its teams, keys and mappings', async () => {
  const [one, other] = parties as readonly [Party, Party];
  const { body } = await endpoint.manage('GET', `/manage/tenants/${one.tenantId}/accounts`);
  const keys = await endpoint.manage('GET', `/manage/tenants/${one.tenantId}/keys`);
  const at = `/manage/tenants/${other.tenantId}`;
  for (const { id } of body.accounts) {
    expect((await endpoint.manage('GET', `${at}/accounts/${id}`)).status).toBe(404);
    expect((await endpoint.manage('PATCH', `${at}/accounts/${id}`, { role: 'user' })).status).toBe(404);
  }
  for (const { id } of keys.body.keys) {
    expect((await endpoint.manage('DELETE', `${at}/keys/${id}`)).status).toBe(404);
  }
  for (const name of one.names) {
    const path = `${at}/teams/${encodeURIComponent(name)}/members`;
    expect((await endpoint.manage('GET', path)).status).toBe(404);
  }
});
