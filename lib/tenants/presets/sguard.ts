import type { PolicyInput } from '../policy.ts';

/** s.GUARD. */
export const sguard: PolicyInput = {
  // G3: the endpoint has no groups. G4: this is its path.
  endpoint: { path: '/scim/v2', groups: false },
  // G2: a user must have these attributes.
  users: {
    required: [
      'name.familyName',
      'name.givenName',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
      'emails[type eq "work"].value',
      'preferredLanguage',
      'active',
    ],
  },
  // G1: users are created, modified, deactivated and deleted.
  accounts: { enabled: true },
};
