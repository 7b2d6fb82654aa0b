import type { ScimRequest } from './client.ts';
import { idOf, removeUsers, sendAll } from './endpoint-contender.ts';
import { flatRows } from './flat-rows.ts';
import { peerRow } from './peer-rows.ts';
import { sampleUser } from './sample-user.ts';
import { createTenants, type Side } from './side.ts';

/** One kind of request whose CPU time is compared. */
export interface AgainstRow {
  readonly name: string;
  /** Gives the requests of one round and prepares what they need. */
  readonly requests: (side: Side) => readonly ScimRequest[] | Promise<readonly ScimRequest[]>;
  /** The number of requests that a version answers, all at once, before the other has its turn. */
  readonly turn: number;
  /** Removes what the requests have made. */
  readonly cleanUp?: (side: Side, answers: readonly string[]) => Promise<unknown>;
  /** The requests go to the function that does nothing. */
  readonly isEmpty?: boolean;
}

const bulkSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const operationsPerBulk = 100;
/** Numbers above those of all other sample users. */
const bulkUsers = 20_000_000;

export const againstRows: readonly AgainstRow[] = [
  { name: 'get a user', turn: 8, requests: asPeers('get', 200) },
  { name: 'filter userName eq', turn: 8, requests: asPeers('filter userName eq', 200) },
  { name: 'filter title co', turn: 1, requests: asPeers('filter title co', 16) },
  { name: 'list 100', turn: 1, requests: asPeers('list 100', 16) },
  { name: 'create a user', turn: 8, requests: createUsers, cleanUp: deleteUsers },
  { name: 'PATCH a user', turn: 8, requests: asPeers('PATCH', 80) },
  {
    name: 'delete a user',
    turn: 8,
    requests: async (side) => {
      const answers = await sendAll(side.client, createUsers(side));
      return answers.map((answer) => ({ method: 'DELETE', path: `/Users/${idOf(answer)}`, status: 204 }));
    },
  },
  {
    name: 'bulk of 100',
    turn: 1,
    requests: () => times(3, bulkOfUsers),
    cleanUp: (side, answers) => deleteUsers(side, answers.flatMap(usersOfBulk)),
  },
  {
    name: 'get a group',
    turn: 2,
    requests: ({ smallGroupId }) =>
      times(48, () => ({ method: 'GET', path: `/Groups/${smallGroupId}`, status: 200 })),
  },
  { name: 'add 50 members', turn: 1, requests: addMembers },
  {
    name: 'authentication, cold',
    turn: 4,
    requests: async (side) => {
      const tenants = await createTenants(side.server.access, 32);
      return tenants.map((access) => ({ method: 'GET', path: '/Users?count=0', status: 200, access }));
    },
  },
  {
    name: 'empty function',
    turn: 8,
    isEmpty: true,
    requests: () => times(200, () => ({ method: 'GET', path: '/', status: 200 })),
  },
];

function asPeers(name: string, count: number): (side: Side) => readonly ScimRequest[] {
  const { request } = peerRow(name);
  return ({ population }) => times(count, (n) => request(population.userIds, n));
}

function createUsers(side: Side): readonly ScimRequest[] {
  return asPeers('create', 80)(side);
}

function deleteUsers({ client }: Side, answers: readonly string[]): Promise<void> {
  return removeUsers(client, answers);
}

async function addMembers(side: Side): Promise<readonly ScimRequest[]> {
  const row = flatRows.find(({ name }) => name === 'PATCH of 50 members');
  if (!row?.prepare) throw new Error('There is no row that adds members');
  await side.client.send(row.prepare(side));
  return times(row.requests, (n) => row.request(side, n));
}

let bulks = 0;

function bulkOfUsers(): ScimRequest {
  bulks += 1;
  const first = bulkUsers + bulks * operationsPerBulk;
  const Operations = times(operationsPerBulk, (n) => {
    return { method: 'POST', path: '/Users', bulkId: String(n), data: sampleUser(first + n) };
  });
  const body = JSON.stringify({ schemas: [bulkSchema], Operations });
  return { method: 'POST', path: '/Bulk', body, status: 200 };
}

/** Gives for every user that a bulk request has created what the answer to its creation would have told. */
function usersOfBulk(answer: string): readonly string[] {
  const { Operations } = JSON.parse(answer) as { Operations: readonly { location: string }[] };
  return Operations.map(({ location }) => JSON.stringify({ id: location.split('/').at(-1) }));
}

function times<T>(count: number, make: (n: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
