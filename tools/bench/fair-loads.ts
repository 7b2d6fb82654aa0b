import { urns } from '../client/json.ts';
import type { Client } from './client.ts';

/** The tenants that send loads, with what is in them. */
export interface LoudTenants {
  /** Sends requests to the tenant that has `userIds`. */
  readonly directory: Client;
  readonly userIds: readonly string[];
  /** Sends requests to the tenant whose group has all of `memberIds`. */
  readonly group: Client;
  readonly groupId: string;
  readonly memberIds: readonly string[];
}

/** Requests that keep an endpoint busy. */
export interface FairLoad {
  readonly name: string;
  /** The number of requests that are on their way at once. */
  readonly atOnce: number;
  /** Sends one and yields the status of its answer. */
  readonly send: (tenants: LoudTenants, sequence: number) => Promise<number>;
}

const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const pageSize = 1_000;
const operationsOfBulk = 1_000;
const membersOfChange = 1_000;

/** Alone and beside each load of another tenant. */
export const fairLoads: readonly FairLoad[] = [
  { name: 'alone', atOnce: 0, send: async () => 200 },
  {
    name: 'beside four unindexed filters',
    atOnce: 4,
    send: ({ directory }) => get(directory, `filter=${encodeURIComponent('title co "President"')}`),
  },
  {
    name: `beside four lists of ${pageSize.toLocaleString('en')}`,
    atOnce: 4,
    send: ({ directory, userIds }, sequence) => {
      const pages = Math.max(1, Math.floor(userIds.length / pageSize));
      return get(directory, `count=${pageSize}&startIndex=${1 + pageSize * (sequence % pages)}`);
    },
  },
  {
    name: `beside bulk requests of ${operationsOfBulk.toLocaleString('en')} operations`,
    atOnce: 1,
    send: ({ directory, userIds }, sequence) =>
      directory.statusOf({
        method: 'POST',
        path: '/Bulk',
        body: bulkOf(userIds, sequence),
        status: 200,
      }),
  },
  {
    name: `beside changes of ${membersOfChange.toLocaleString('en')} members`,
    atOnce: 1,
    send: ({ group, groupId, memberIds }, sequence) => {
      const op = sequence % 2 === 0 ? 'add' : 'remove';
      const value = memberIds.slice(0, membersOfChange).map((id) => ({ value: id }));
      const body = JSON.stringify(patchOf({ op, path: 'members', value }));
      return group.statusOf({ method: 'PATCH', path: `/Groups/${groupId}`, body, status: 204 });
    },
  },
  {
    name: 'beside reads of the large group',
    atOnce: 1,
    send: ({ group, groupId }) => group.statusOf({ method: 'GET', path: `/Groups/${groupId}`, status: 200 }),
  },
];

function get(client: Client, query: string): Promise<number> {
  return client.statusOf({ method: 'GET', path: `/Users?${query}`, status: 200 });
}

/** A bulk request that changes users in turn. */
function bulkOf(userIds: readonly string[], sequence: number): string {
  const Operations = Array.from({ length: Math.min(operationsOfBulk, userIds.length) }, (_, place) => ({
    method: 'PATCH',
    path: `/Users/${userIds[place]}`,
    data: patchOf({ op: 'replace', path: 'nickName', value: `Nick ${sequence}` }),
  }));
  return JSON.stringify({ schemas: [bulkRequest], Operations });
}

function patchOf(operation: object): object {
  return { schemas: [urns.patchOp], Operations: [operation] };
}
