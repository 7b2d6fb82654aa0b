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

/** The examples by the names of operations. */
export const apiExamples: ReadonlyMap<string, OperationExample> = new Map([
  ...Object.entries(appKeys).map(([name, one]) => [`manage-app-keys-${name}`, one] as const),
  ...Object.entries(appKeys).map(
    ([name, one]) =>
      [`manage-tenant-app-keys-${name}`, { ...one, parameters: { tenant, ...one.parameters } }] as const,
  ),
  [
    'manage-events',
    {
      description:
        'A page has every change that was answered before the request. Save `next` with what you have applied, and ' +
        'send it as `after`. Apply an object if its `version` is not lower than yours, and members in the order of ' +
        '`sequence`. If the answer is 410, read the snapshot that it names, and follow the feed from there.',
      parameters: { tenant, types: 'account.,user.deleted', limit: 100, wait: 20 },
      answer: { events: [exampleEvent('account.disabled')], next: 'CURSOR' },
    },
  ],
]);
