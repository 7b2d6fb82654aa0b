import type { PolicyInput } from '../policy.ts';

/** SigningHub. */
export const signinghub: PolicyInput = {
  // H3: this is the path of the endpoint.
  endpoint: { path: '/api/scim/v2' },
  users: {
    // H5: the work e-mail is mandatory and unique.
    required: ['emails[type eq "work"].value'],
    unique: ['emails[type eq "work"].value'],
  },
  accounts: {
    enabled: true,
    // H5, H6: accounts have only these attributes.
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
    // H8: users may edit all fields (with the option, none). Empty values of the client overwrite nothing.
    editable: 'all',
    keepWhenEmpty: true,
    // H7: the first provisioning takes over an account made by hand, except that of an administrator.
    adopt: { handMade: true, exceptRoles: ['Enterprise Administrator'] },
  },
  // H4: a user with an unknown role is refused; one without a role gets the default.
  roles: {
    known: ['Enterprise Administrator', 'Enterprise User'],
    default: 'Enterprise User',
    unknown: 'refuse',
  },
  // H6: a deleted user is removed for good.
  deletion: { graceDays: 0 },
  // H1, H2: days for which a token of the authenticate call is valid.
  keys: { tokenDays: 30 },
};
