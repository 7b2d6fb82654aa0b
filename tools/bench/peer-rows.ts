import type { ScimRequest } from './client.ts';
import { sampleKeys, sampleUser } from './sample-user.ts';

/** One kind of request that all contenders answer. */
export interface PeerRow {
  readonly name: string;
  /** True if SCIMMY over a Map must look at every user. */
  readonly scansAtScimmy: boolean;
  /** True if the answer is one user, so that an empty function's answer has the same size. */
  readonly answersOneUser: boolean;
  /** The number of requests at once; 16 by default. */
  readonly atOnce?: number;
  readonly request: (ids: readonly string[], sequence: number) => ScimRequest;
}

/** The number of requests at once in a row that does not name one. */
export const requestsAtOnce = 16;

/** The first number for users to create, above those of any population. */
const newUsers = 10_000_000;
let created = 0;

export const peerRows: readonly PeerRow[] = [
  {
    name: 'create',
    scansAtScimmy: false,
    answersOneUser: true,
    request: () => {
      created += 1;
      return { method: 'POST', path: '/Users', body: newUser(created), status: 201 };
    },
  },
  {
    name: 'get',
    scansAtScimmy: false,
    answersOneUser: true,
    request: (ids, n) => get(`/Users/${ids[someUser(ids, n)]}`),
  },
  {
    name: 'filter userName eq',
    scansAtScimmy: true,
    answersOneUser: true,
    request: (ids, n) => get(filtered(`userName eq "${sampleKeys(someUser(ids, n)).userName}"`)),
  },
  {
    name: 'filter externalId eq',
    scansAtScimmy: true,
    answersOneUser: true,
    request: (ids, n) => get(filtered(`externalId eq "${sampleKeys(someUser(ids, n)).externalId}"`)),
  },
  {
    name: 'PATCH',
    scansAtScimmy: false,
    answersOneUser: true,
    request: (ids, n) => ({
      method: 'PATCH',
      path: `/Users/${ids[someUser(ids, n)]}`,
      body: nickNamePatch(),
      status: 200,
    }),
  },
  {
    name: 'list 100',
    scansAtScimmy: true,
    answersOneUser: false,
    request: () => get('/Users?startIndex=1&count=100'),
  },
  {
    name: 'filter title co',
    scansAtScimmy: true,
    answersOneUser: false,
    // One runs and eight wait; a tenth would be refused.
    atOnce: 8,
    request: () => get(`${filtered('title co "President"')}&startIndex=1&count=100`),
  },
];

/** Finds the row with this name. */
export function peerRow(name: string): PeerRow {
  const row = peerRows.find((one) => one.name === name);
  if (!row) throw new Error(`There is no row "${name}"`);
  return row;
}

function get(path: string): ScimRequest {
  return { method: 'GET', path, status: 200 };
}

function filtered(filter: string): string {
  return `/Users?filter=${encodeURIComponent(filter)}`;
}

/** Selects users spread over all of them. */
function someUser(ids: readonly string[], sequence: number): number {
  return (sequence * 7_919) % ids.length;
}

function newUser(number: number): string {
  return JSON.stringify(sampleUser(newUsers + number));
}

function nickNamePatch(): string {
  return JSON.stringify({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'nickName', value: `Nick ${performance.now()}` }],
  });
}
