import type { EventReason, EventType } from '../feed/event-types.ts';

/** The change that each type of event tells. */
export const eventSummaries: Readonly<Record<EventType, string>> = {
  'user.created': 'The client created the user.',
  'user.updated': 'Attributes of the user changed, but not `active`.',
  'user.activated': 'The `active` of the user became true. Other attributes may have changed with it.',
  'user.deactivated': 'The `active` of the user became false. Other attributes may have changed with it.',
  'user.deleted': 'The client deleted the user.',
  'user.restored': 'A deleted user is back, with the same id.',
  'user.erased': 'The grace period of a deleted user ended. Nothing of the user is left.',
  'group.created': 'The client created the group, or a deleted group is back.',
  'group.updated': 'Attributes of the group changed, perhaps with its members.',
  'group.deleted': 'The client deleted the group. Its memberships ended with it.',
  'group.members_changed': 'Members joined or left the group, at most 100 in an event.',
  'account.created':
    'Reserved. Today the first event of an account has another type, such as `account.activated`.',
  'account.invited': 'The owner was invited to activate the account.',
  'account.verified': 'The owner confirmed a value of the account.',
  'account.activated': 'The account can be used for the first time, or was made by hand.',
  'account.updated': 'The account changed in another way, such as its role, login, attributes or teams.',
  'account.disabled': 'The account lost its access.',
  'account.enabled': 'The account has access again.',
  'account.held': 'The user has no usable account, for the reason in `reason` and `object.hold`.',
  'account.released': 'The account no longer follows a user, and is as if it was made by hand.',
  'account.removed': 'The account was removed. It can come back until its grace period ends.',
  'account.adopted': 'An account that was made by hand follows a user from now on.',
  'team.created': 'A team was made by hand.',
  'team.updated': 'The name of a team that was made by hand changed.',
  'team.deleted': 'A team that was made by hand was deleted. Its memberships ended with it.',
  'team.members_changed': 'Accounts joined or left a team that was made by hand.',
  'tenant.created': 'The tenant was created.',
  'tenant.updated': 'The name or the policy of the tenant changed.',
  'tenant.disabled': 'The tenant was disabled. Its endpoint refuses every request.',
  'tenant.enabled': 'The tenant was enabled.',
  'tenant.deleted': 'The tenant was deleted with all its data. Its own feed ends.',
};

/** The meaning of each reason of an event. */
export const reasonSummaries: Readonly<Record<EventReason, string>> = {
  deactivatedByClient: 'The client set `active` to false.',
  deletedByClient: 'The client deleted the user or group.',
  changedByClient: 'Any other change by the client.',
  changedByOperator: 'An operator changed it.',
  changedByProduct: 'A product changed it with an app key.',
  changedByOwner: 'The owner of the account followed a link in a mail.',
  graceEnded: 'A grace period ended.',
  followed: 'The timer brought the object in line with an earlier change.',
  noGroup: 'The policy asks for a group, and the user is in none of them.',
  noLicence: 'All licences are in use.',
  addressTaken: 'Another account has the e-mail address.',
  loginTaken: 'Another account has the login.',
};
