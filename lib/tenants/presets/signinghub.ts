import type { PolicyInput } from '../policy.ts';

/** SigningHub. */
export const signinghub: PolicyInput = {
  // H3: the path.
  endpoint: { path: '/api/scim/v2' },
  users: {
    // H5: the work e-mail is mandatory and a key.
    required: ['emails[type eq "work"].value'],
    unique: ['emails[type eq "work"].value'],
  },
  accounts: {
    enabled: true,
    // H5, H6: these and no others.
    attributes: {
      displayName: 'userName',
      email: 'emails[type eq "work"].value',
      title: 'title',
      givenName: 'name.givenName',
      familyName: 'name.familyName',
      phone: 'phoneNumbers[type eq "work"].value',
      mobile: 'phoneNumbers[type eq "mobile"].value',
      organization: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization',
    },
    login: 'email',
    // H8: users may edit their fields, unless the option leaves none; an empty value of the client overwrites nothing.
    editable: 'all',
    keepWhenEmpty: true,
    // H7: an account made by hand comes under SCIM with its first provisioning, but not that of an administrator.
    adopt: { handMade: true, exceptRoles: ['Enterprise Administrator'] },
  },
  // H4: an unknown role is refused, none means the default.
  roles: {
    known: ['Enterprise Administrator', 'Enterprise User'],
    default: 'Enterprise User',
    unknown: 'refuse',
  },
  // H6: deleted is removed for good.
  deletion: { graceDays: 0 },
  // H1, H2: days for which a token of the authenticate call is good.
  keys: { tokenDays: 30 },
};
