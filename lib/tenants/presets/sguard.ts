import type { PolicyInput } from '../policy.ts';

/** s.GUARD. */
export const sguard: PolicyInput = {
  // G3: no groups. G4: the path.
  endpoint: { path: '/scim/v2', groups: false },
  // G2: what a user must have.
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
  // G1: created, modified, deactivated and deleted.
  accounts: { enabled: true },
};
