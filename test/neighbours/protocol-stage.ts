import { beforeAll, expect } from 'vitest';
import { bulkBody, type Client, type Created, clientOf, patchBody, userUrn } from '../api/client.ts';
import type { Answer, Endpoint, EndpointOptions, TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Profile, profiles } from './profiles.ts';

/** The tenant of a profile, with a user and a group that has this user as its member. */
export interface Tenant extends Client, TenantAccess {
  readonly profile: Profile;
  readonly tenantId: string;
  readonly ann: Created;
  readonly team: Created;
}

export interface Stage {
  readonly endpoint: SharedEndpoint;
  tenant(profile: Profile): Tenant;
  /** Does the same in the tenant of each profile. */
  inEach<T>(task: (tenant: Tenant) => Promise<T>): Promise<Readonly<Record<Profile, T>>>;
}

export const annEmail = 'ann@example.com';
const ann = {
  externalId: 'ann-1',
  displayName: 'Ann',
  title: 'Engineer',
  active: true,
  name: { givenName: 'Ann', familyName: 'Archer' },
  emails: [
    { value: annEmail, type: 'work', primary: true },
    { value: 'ann@home.example', type: 'home' },
  ],
  phoneNumbers: [{ value: '+49 1', type: 'work' }],
};

/** Takes the shared endpoint for the tests of a file, with a tenant for each profile. */
export function stageOfFile(
  policy: object = {},
  { among = profiles, ...options }: EndpointOptions & { among?: readonly Profile[] } = {},
): Stage {
  let endpoint: SharedEndpoint | undefined;
  const tenants = new Map<Profile, Tenant>();
  beforeAll(async () => {
    const started = await shareEndpoint(options);
    endpoint = started;
    await Promise.all(
      among.map(async (profile) => tenants.set(profile, await openTenant(started, profile, policy))),
    );
  });
  const tenant = (profile: Profile) => found(tenants.get(profile));
  return {
    get endpoint() {
      return found(endpoint);
    },
    tenant,
    async inEach<T>(task: (tenant: Tenant) => Promise<T>) {
      const done = among.map(async (profile) => [profile, await task(tenant(profile))] as const);
      return Object.fromEntries(await Promise.all(done)) as Record<Profile, T>;
    },
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The endpoint has not started');
  return value;
}

async function openTenant(
  endpoint: Pick<Endpoint, 'createTenant'>,
  profile: Profile,
  policy: object,
): Promise<Tenant> {
  const access = await endpoint.createTenant({ name: `Contoso ${profile}`, profile, policy: { ...policy } });
  const client = clientOf(access);
  const user = await client.user(annEmail, ann);
  return { ...client, ...access, profile, ann: user, team: await client.group('Team', [user.id]) };
}

/** The same outcome in each profile, but for the named ones. */
export function inAll<T>(
  outcome: T,
  others: Partial<Record<Profile, T>> = {},
  among: readonly Profile[] = profiles,
): Record<Profile, T> {
  const all = among.map((profile) => [profile, others[profile] ?? outcome]);
  return Object.fromEntries(all);
}

/** Status and scimType of an answer, such as "400 invalidValue"; fails on 5xx. */
export function told({ status, body }: Answer): string {
  expect(status, JSON.stringify(body)).toBeLessThan(500);
  return body?.scimType === undefined ? `${status}` : `${status} ${body.scimType}`;
}

/** The same, followed by "but changed it" if the resource at the path is another one afterwards. */
export async function toldOf(tenant: Client, path: string, request: () => Promise<Answer>): Promise<string> {
  const before = (await tenant.get(path)).body;
  const answer = told(await request());
  const after = (await tenant.get(path)).body;
  return JSON.stringify(after) === JSON.stringify(before) ? answer : `${answer} but changed it`;
}

/** The ways in which a client can give a resource some attributes. */
export const doors = {
  PUT: (tenant: Tenant, { path, whole }: Target, attributes: object) =>
    tenant.put(path, { ...whole, ...attributes }),
  'PATCH with paths': (tenant: Tenant, { path }: Target, attributes: object) =>
    tenant.patch(path, replacing(attributes)),
  'PATCH without a path': (tenant: Tenant, { path }: Target, attributes: object) =>
    tenant.patch(path, [{ op: 'replace', value: attributes }]),
  'a PUT in Bulk': (tenant: Tenant, { path, whole }: Target, attributes: object) =>
    inBulk(tenant, { method: 'PUT', path, data: { ...whole, ...attributes } }),
  'a PATCH in Bulk': (tenant: Tenant, { path }: Target, attributes: object) =>
    inBulk(tenant, { method: 'PATCH', path, data: patchBody(replacing(attributes)) }),
};
export type Door = keyof typeof doors;
export const doorNames = Object.keys(doors) as readonly Door[];

export interface Target {
  /** The path of a resource, such as "/Users/…". */
  readonly path: string;
  /** The body that replaces it with what it is now. */
  readonly whole: object;
}

const replacing = (attributes: object) =>
  Object.entries(attributes).map(([path, value]) => ({ op: 'replace', path, value }));

/** The answer to a single operation of a bulk request. */
export async function inBulk(tenant: Client, operation: object): Promise<Answer> {
  const answer = await tenant.post('/Bulk', bulkBody([{ bulkId: 'b', ...operation }]));
  if (answer.status !== 200) return answer;
  const [{ status, response }] = answer.body.Operations;
  return { status: Number(status), headers: answer.headers, body: response };
}

export const targetOf = ({ id, meta: _, groups: __, ...whole }: Created, path: string): Target => ({
  path: `${path}/${id}`,
  whole: { schemas: [userUrn], ...whole },
});
export const annOf = ({ ann: user }: Tenant) => targetOf(user, '/Users');
export const teamOf = ({ team }: Tenant) => targetOf(team, '/Groups');
