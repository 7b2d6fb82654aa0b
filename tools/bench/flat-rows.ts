import type { Client, ScimRequest } from './client.ts';
import type { Population } from './populate.ts';
import { sampleKeys } from './sample-user.ts';

/** A populated endpoint with one group, which has all users as members. */
export interface FlatEndpoint {
  readonly client: Client;
  readonly population: Population;
}

/** One request whose time must not grow with the directory. */
export interface FlatRow {
  readonly name: string;
  /** The number of requests in one round. */
  readonly requests: number;
  readonly request: (endpoint: FlatEndpoint, sequence: number) => ScimRequest;
  /** The request that prepares a round, outside of its measured time. */
  readonly prepare?: (endpoint: FlatEndpoint) => ScimRequest;
}

const membersPerPatch = 50;
const patchesPerRound = 10;
const addedOneByOne = 200;

export const flatRows: readonly FlatRow[] = [
  { name: 'GET by id', requests: 200, request: (endpoint, n) => get(`/Users/${someId(endpoint, n)}`) },
  { name: 'userName eq', requests: 200, request: filtered(({ userName }) => `userName eq "${userName}"`) },
  {
    name: 'externalId eq',
    requests: 200,
    request: filtered(({ externalId }) => `externalId eq "${externalId}"`),
  },
  {
    name: 'emails[type eq "work"].value eq',
    requests: 200,
    request: filtered(({ email }) => `emails[type eq "work"].value eq "${email}"`),
  },
  {
    name: 'PATCH a user',
    requests: 200,
    request: (endpoint, n) => ({
      method: 'PATCH',
      path: `/Users/${someId(endpoint, n)}`,
      body: patchOp({ op: 'replace', path: 'nickName', value: `Nick ${performance.now()}` }),
      status: 200,
    }),
  },
  {
    name: 'add one member',
    requests: addedOneByOne,
    request: (endpoint, n) => changeMembers(endpoint, 'add', [n, n + 1]),
    prepare: (endpoint) => changeMembers(endpoint, 'remove', [0, addedOneByOne]),
  },
  {
    name: 'PATCH of 50 members',
    requests: patchesPerRound,
    request: (endpoint, n) =>
      changeMembers(endpoint, 'add', [n * membersPerPatch, (n + 1) * membersPerPatch]),
    prepare: (endpoint) => changeMembers(endpoint, 'remove', [0, membersPerPatch * patchesPerRound]),
  },
  { name: 'list the first 100', requests: 100, request: () => get('/Users?count=100') },
];

function get(path: string): ScimRequest {
  return { method: 'GET', path, status: 200 };
}

/** Selects users spread over the whole directory, in the same order in every round. */
function someUser({ population }: FlatEndpoint, sequence: number): number {
  return (sequence * 7_919) % population.userIds.length;
}

function someId(endpoint: FlatEndpoint, sequence: number): string {
  return endpoint.population.userIds[someUser(endpoint, sequence)] ?? '';
}

function filtered(print: (keys: ReturnType<typeof sampleKeys>) => string): FlatRow['request'] {
  return (endpoint, n) =>
    get(`/Users?filter=${encodeURIComponent(print(sampleKeys(someUser(endpoint, n))))}`);
}

/** Adds or removes the users from one number up to, but not including, another. */
function changeMembers(
  { population }: FlatEndpoint,
  op: 'add' | 'remove',
  [from, to]: readonly [number, number],
): ScimRequest {
  const ids = population.userIds.slice(from, to);
  const value = ids.map((id) => ({ value: id }));
  return {
    method: 'PATCH',
    path: `/Groups/${population.groupId}`,
    body: patchOp({ op, path: 'members', value }),
    status: 204,
  };
}

function patchOp(operation: object): string {
  return JSON.stringify({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [operation],
  });
}
