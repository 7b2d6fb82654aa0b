import type { PolicyInput } from '../policy.ts';

/** The platform of the v6 guide. */
export const v6: PolicyInput = {
  // V3: the tenant URL is the account's address and /scim.
  endpoint: { path: '/scim' },
  accounts: {
    enabled: true,
    // V7: logins are the e-mail address without its domain, until they are converted.
    login: 'mailbox',
  },
  // V1: keys are issued on behalf of an administrator or user manager. V2: a new key revokes the old one.
  keys: { issuerRoles: ['administrator', 'userManager'], activeMax: 1, replaces: true },
  // V5: administrators get a report on failures.
  notifications: { failures: true },
};
