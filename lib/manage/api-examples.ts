import type { JsonObject } from '../scim/json.ts';
import { exampleEvent } from './event-examples.ts';

/** Further sentences on an operation, and examples of its parameters, body and answer. */
interface OperationExample {
  readonly description: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly body?: JsonObject;
  readonly answer?: object;
}

const tenant = '01a22fc2-aa1f-70ed-a6a6-afc826c7c601';
const keyId = '3jgtf3gzt5yz';
const issued = {
  id: 'wfncqije325j',
  key: 'muster_wfncqije325j_…',
  expires: '2027-01-31T12:00:00.000Z',
  apiUrl: 'https://scim.example.com/api/v1',
};

/** The operations on app keys by the last part of their names. */
const appKeys: Readonly<Record<string, OperationExample>> = {
  issue: {
    description:
      'Give each product a label of its own, because the audit trail names it so. The secret is only in this answer.',
    body: { label: 'Billing', access: 'write', validDays: 180 },
    answer: issued,
  },
  list: {
    description: 'The list has no secrets. Keys that ended stay in it for 90 days.',
    answer: {
      appKeys: [
        {
          ...{ id: keyId, label: 'Billing', access: 'write', issuer: 'function key', status: 'active' },
          created: '2026-01-31T12:00:00.000Z',
          expires: '2027-01-31T12:00:00.000Z',
          lastUsed: '2026-02-03T09:15:00.000Z',
        },
      ],
    },
  },
  rotate: {
    description: 'The new key has the label and the access of the old one. Both work during the overlap.',
    parameters: { key: keyId },
    body: { validDays: 365, overlapDays: 7 },
    answer: issued,
  },
  revoke: {
    description: 'Other instances believe the key for at most a minute.',
    parameters: { key: keyId },
  },
};

const { object } = exampleEvent('account.disabled').data;
const applied = { credential: 'app:Billing', sequence: 1_017, time: '2026-01-31T12:00:01.000Z', lag: 0 };
const page = { events: [exampleEvent('account.disabled')], next: 'CURSOR' };

/** The operations on feeds by their names. */
const feed: Readonly<Record<string, OperationExample>> = {
  'manage-events': {
    description:
      'A page has every change that was answered before the request. Save `next` with what you have applied, and ' +
      'send it as `after`. Apply an object if its `version` is not lower than yours, and members in the order of ' +
      '`sequence`. If the answer is 410, read the snapshot that it names, and follow the feed from there.',
    parameters: { tenant, types: 'account.,user.deleted', limit: 100, wait: 20 },
    answer: page,
  },
  'manage-events-all': {
    description:
      '`source` names the tenant of an event. Begin with `from=now`, read the snapshot of each tenant, and follow.',
    parameters: { from: 'now', types: 'account.,tenant.' },
    answer: page,
  },
  'manage-feed-renew': {
    description: 'Every cursor is answered 410 from now on, so that products read a snapshot. Events go on.',
    parameters: { tenant },
  },
  'manage-feed-renew-all': {
    description: 'Every cursor is answered 410 from now on, so that products read snapshots. Events go on.',
  },
  'manage-snapshot': {
    description:
      'Store each row, and delete your own rows that no page named. Then follow the feed with `after` set to the ' +
      '`cursor` of the last page. It has all changes since the snapshot began.',
    parameters: { tenant, limit: 1_000 },
    answer: {
      rows: [
        { type: 'account', object },
        { type: 'member', group: '01a22fc2-aa1f-70ed-a6a6-afc826c7c603', member: object?.user },
      ],
      cursor: 'CURSOR',
    },
  },
  'manage-events-acknowledge': {
    description: 'Send it after your transaction. You need no acknowledgement to read on.',
    parameters: { tenant },
    body: { cursor: 'CURSOR' },
    answer: applied,
  },
  'manage-events-acknowledgements': {
    description: '`lag` is the number of events that the product has not applied yet.',
    parameters: { tenant },
    answer: { acknowledgements: [applied] },
  },
};

/** The examples by the names of operations. */
export const apiExamples: ReadonlyMap<string, OperationExample> = new Map([
  ...Object.entries(appKeys).map(([name, one]) => [`manage-app-keys-${name}`, one] as const),
  ...Object.entries(appKeys).map(
    ([name, one]) =>
      [`manage-tenant-app-keys-${name}`, { ...one, parameters: { tenant, ...one.parameters } }] as const,
  ),
  ...Object.entries(feed).map(([name, one]) => [name, one] as const),
]);
