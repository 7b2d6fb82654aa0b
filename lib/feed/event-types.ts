import { isManagement, type RecordDocument } from '../store/change-document.ts';

/** The types of events. Their first word names the object. */
export const eventTypes = [
  'user.created',
  'user.updated',
  'user.activated',
  'user.deactivated',
  'user.deleted',
  'user.restored',
  'user.erased',
  'group.created',
  'group.updated',
  'group.deleted',
  'group.members_changed',
  'account.created',
  'account.invited',
  'account.verified',
  'account.activated',
  'account.updated',
  'account.disabled',
  'account.enabled',
  'account.held',
  'account.released',
  'account.removed',
  'account.adopted',
  'team.created',
  'team.updated',
  'team.deleted',
  'team.members_changed',
  'tenant.created',
  'tenant.updated',
  'tenant.disabled',
  'tenant.enabled',
  'tenant.deleted',
] as const;

/** One type of event. */
export type EventType = (typeof eventTypes)[number];

/** The reasons of events. `changedByClient` and its like stand for whatever the type says. */
export const eventReasons = [
  'deactivatedByClient',
  'deletedByClient',
  'changedByClient',
  'changedByOperator',
  'changedByProduct',
  'changedByOwner',
  'graceEnded',
  'followed',
  'noGroup',
  'noLicence',
  'addressTaken',
  'loginTaken',
] as const;

/** One reason of an event. */
export type EventReason = (typeof eventReasons)[number];

/** The facts that decide the type and the reason of an event. */
export type Told = Pick<
  RecordDocument,
  'resourceType' | 'operation' | 'outcome' | 'attributes' | 'credential' | 'event'
>;

/**
 * Finds the type of the event that tells a recorded change: the first that fits of deleted, deactivated, activated,
 * created and updated. `undefined` if nothing is told, as of a refusal or a key.
 */
export function eventTypeOf(told: Told): EventType | undefined {
  switch (told.resourceType) {
    case 'User':
      return userType(told);
    case 'Group':
      return groupType(told);
    case 'Account':
      return accountTypes[told.operation];
    case 'Team':
      return teamType(told);
    case 'Tenant':
      return tenantType(told);
    default:
      return undefined;
  }
}

const userTypes: Readonly<Record<string, EventType>> = {
  create: 'user.created',
  replace: 'user.updated',
  modify: 'user.updated',
  delete: 'user.deleted',
  restore: 'user.restored',
  finalise: 'user.erased',
};

function userType({ operation, event }: Told): EventType | undefined {
  const type = userTypes[operation];
  if (type !== 'user.updated' || event?.active === undefined) return type;
  return event.active ? 'user.activated' : 'user.deactivated';
}

function groupType({ operation, attributes, event }: Told): EventType | undefined {
  if (operation === 'create' || operation === 'restore') return 'group.created';
  if (operation === 'delete') return 'group.deleted';
  if (operation !== 'replace' && operation !== 'modify') return undefined;
  if (attributes.some((name) => name !== 'members')) return 'group.updated';
  // A deletion tells the end of its memberships, and the batches of a large change tell their members themselves.
  return event?.added || event?.removed ? 'group.members_changed' : undefined;
}

const accountTypes: Readonly<Record<string, EventType>> = {
  create: 'account.created',
  invite: 'account.invited',
  verify: 'account.verified',
  activate: 'account.activated',
  update: 'account.updated',
  edit: 'account.updated',
  disable: 'account.disabled',
  enable: 'account.enabled',
  hold: 'account.held',
  release: 'account.released',
  remove: 'account.removed',
  delete: 'account.removed',
  finalise: 'account.removed',
  adopt: 'account.adopted',
};

function teamType({ operation, event }: Told): EventType | undefined {
  if (operation === 'create') return 'team.created';
  if (operation === 'delete') return 'team.deleted';
  if (operation !== 'edit') return undefined;
  return event?.added || event?.removed ? 'team.members_changed' : 'team.updated';
}

function tenantType({ operation, event }: Told): EventType | undefined {
  if (operation === 'create') return 'tenant.created';
  if (operation === 'delete') return 'tenant.deleted';
  if (operation !== 'edit') return undefined;
  if (event?.enabled === undefined) return 'tenant.updated';
  return event.enabled ? 'tenant.enabled' : 'tenant.disabled';
}

const holds: ReadonlySet<string> = new Set<EventReason>([
  'noGroup',
  'noLicence',
  'addressTaken',
  'loginTaken',
]);

/** Finds the reason of an event. */
export function reasonOf(told: Told, type: EventType): EventReason {
  const { outcome, credential, operation } = told;
  if (holds.has(outcome)) return outcome as EventReason;
  if (credential.startsWith('app:')) return 'changedByProduct';
  if (isManagement(credential)) return 'changedByOperator';
  if (credential === 'activation') return 'changedByOwner';
  if (operation === 'finalise') return 'graceEnded';
  if (credential === 'timer') return 'followed';
  if (type === 'user.deactivated' || type === 'account.disabled') return 'deactivatedByClient';
  return /\.(deleted|removed)$/.test(type) ? 'deletedByClient' : 'changedByClient';
}
