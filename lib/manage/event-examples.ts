import { sequenceText } from '../feed/entries.ts';
import { type EventReason, type EventType, eventTypes } from '../feed/event-types.ts';
import type { FeedEvent } from '../feed/events.ts';
import type { EventObject } from '../feed/objects.ts';

type EventData = FeedEvent['data'];

const idOf = (n: number) => `01a22fc2-aa1f-70ed-a6a6-afc826c7c6${String(n).padStart(2, '0')}`;
const [tenantId, userId, groupId, accountId, teamId] = [1, 2, 3, 4, 5].map(idOf) as [
  string,
  string,
  string,
  string,
  string,
];
const time = '2026-01-31T12:00:00.000Z';
const times = { created: '2026-01-05T08:30:00.000Z', lastModified: time };

const user = { id: userId, externalId: 'b-1', userName: 'barbara@contoso.com' };

/** The objects that the examples are about, by the first word of their types, and their ids. */
const objects: Readonly<Record<string, JsonFields & { readonly id: string }>> = {
  user: {
    ...user,
    name: { familyName: 'Jensen', givenName: 'Barbara' },
    active: true,
    emails: [{ value: 'barbara@contoso.com', type: 'work', primary: true }],
    ...times,
  },
  group: { displayName: 'Night shift', id: groupId, ...times, memberCount: 2 },
  account: {
    ...{ id: accountId, user: userId, state: 'active', type: 'regular', role: 'user' },
    ...{ login: 'barbara@contoso.com', loginBy: 'userName', adopted: false },
    attributes: {
      givenName: 'Barbara',
      familyName: 'Jensen',
      email: 'barbara@contoso.com',
      externalId: 'b-1',
    },
    ...{ edited: [], unverified: [], own: {}, ...times },
  },
  team: { id: teamId, name: 'Night shift', origin: 'hand' },
  tenant: { id: tenantId, name: 'Contoso', identifier: 'Contoso', description: '', enabled: true },
};

type JsonFields = Omit<EventObject, 'version'>;

/** The fields in which the example of a type differs from those of its kind. */
interface Particulars {
  readonly changed?: readonly string[];
  readonly reason?: EventReason;
  /** Properties of the object; `null` if it is gone. */
  readonly object?: JsonFields | null;
  /** `null` if the event has none. */
  readonly revision?: number | null;
  readonly more?: Partial<Pick<EventData, 'added' | 'removed' | 'externalId'>>;
}

const byOperator = { reason: 'changedByOperator' } as const;
const edited = { ...byOperator, revision: null } as const;
const gone = { object: null, revision: 8 } as const;

const particulars: Readonly<Record<EventType, Particulars>> = {
  'user.created': { changed: ['userName', 'externalId', 'name', 'active', 'emails'], revision: 1 },
  'user.updated': { changed: ['name', 'emails'] },
  'user.activated': { changed: ['active'] },
  'user.deactivated': {
    ...{ changed: ['active'], reason: 'deactivatedByClient', object: { active: false } },
  },
  'user.deleted': { ...gone, reason: 'deletedByClient', more: { externalId: 'b-1' } },
  'user.restored': byOperator,
  'user.erased': { object: null, revision: null, reason: 'graceEnded' },
  'group.created': { changed: ['displayName', 'members'], revision: 1, more: { added: [userId] } },
  'group.updated': { changed: ['displayName'] },
  'group.deleted': { ...gone, reason: 'deletedByClient' },
  'group.members_changed': { changed: ['members'], more: { added: [userId], removed: [idOf(6)] } },
  'account.created': { revision: 1 },
  'account.invited': { changed: ['state', 'email'], object: { state: 'invited' }, revision: 1 },
  'account.verified': { reason: 'changedByOwner' },
  'account.activated': { changed: ['state', 'email'], revision: 1 },
  'account.updated': { changed: ['familyName'] },
  'account.disabled': { changed: ['state'], reason: 'deactivatedByClient', object: { state: 'disabled' } },
  'account.enabled': { changed: ['state'] },
  'account.held': { changed: ['state'], reason: 'noLicence', object: { state: 'held', hold: 'noLicence' } },
  'account.released': byOperator,
  'account.removed': { changed: ['state'], reason: 'deletedByClient', object: { state: 'removed' } },
  'account.adopted': { changed: ['email'], object: { adopted: true } },
  'team.created': { ...byOperator, changed: ['name'], revision: 1 },
  'team.updated': { ...edited, changed: ['name'] },
  'team.deleted': { ...edited, object: null },
  'team.members_changed': { ...edited, changed: ['members'], more: { added: [accountId] } },
  'tenant.created': edited,
  'tenant.updated': { ...edited, changed: ['policy.licences.seats'] },
  'tenant.disabled': { ...edited, changed: ['enabled'], object: { enabled: false } },
  'tenant.enabled': { ...edited, changed: ['enabled'] },
  'tenant.deleted': { ...edited, object: null },
};

/** An event of a type as a product may get it, about a user named Barbara, her account, group, team or tenant. */
export function exampleEvent(type: EventType): FeedEvent {
  const kind = type.slice(0, type.indexOf('.'));
  const { id } = objects[kind] ?? { id: '' };
  return {
    specversion: '1.0',
    id: `evt_${idOf(10 + eventTypes.indexOf(type))}`,
    source: `https://scim.example.com/tenants/${tenantId}`,
    type,
    subject: `${kind}s/${id}`,
    time,
    timestamp: time,
    sequence: sequenceText(1_001 + eventTypes.indexOf(type)),
    datacontenttype: 'application/json',
    data: exampleData(kind, particulars[type]),
  };
}

function exampleData(kind: string, facts: Particulars): EventData {
  const { changed = [], reason = 'changedByClient', object = {}, revision = 7, more } = facts;
  // A tenant has no revision.
  const version = kind === 'tenant' ? 0 : (revision ?? 7);
  const named = kind === 'user' || kind === 'account';
  return {
    object: object && { ...objects[kind], ...object, version },
    ...{ changed, reason, revision: revision ?? undefined },
    user: named ? object && user : undefined,
    ...more,
    requestId: '2a40cf53-cb0c-426c-bef5-da84f6d1bf31',
    credential: reason === 'changedByOperator' ? 'management' : 'wfncqije325j',
  };
}
