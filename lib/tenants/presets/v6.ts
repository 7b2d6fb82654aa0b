import type { PolicyInput } from '../policy.ts';

/** The platform of the v6 guide. */
export const v6: PolicyInput = {
  // V3: the account's address and /scim.
  endpoint: { path: '/scim' },
  accounts: {
    enabled: true,
    // V7: until the logins of a tenant are converted, they are the e-mail address without its domain.
    login: 'mailbox',
  },
  // V1: issued for an administrator or user manager. V2: a new key voids the one before.
  keys: { issuerRoles: ['administrator', 'userManager'], activeMax: 1, replaces: true },
  // V5: administrators hear of failures.
  notifications: { failures: true },
};
