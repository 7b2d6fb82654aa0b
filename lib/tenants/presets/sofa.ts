import type { PolicyInput } from '../policy.ts';

/** Sofa 365 Bridge. */
export const sofa: PolicyInput = {
  accounts: {
    enabled: true,
    // F9: these attributes are mapped, except the ignored ones, which are accepted but reach no account.
    attributes: {
      displayName: 'displayName',
      title: 'title',
      email: 'emails[type eq "work"].value',
      givenName: 'name.givenName',
      familyName: 'name.familyName',
      honorificPrefix: 'name.honorificPrefix',
      honorificSuffix: 'name.honorificSuffix',
      phone: 'phoneNumbers[type eq "work"].value',
      mobile: 'phoneNumbers[type eq "mobile"].value',
      fax: 'phoneNumbers[type eq "fax"].value',
      language: 'preferredLanguage',
      externalId: 'externalId',
      employeeNumber: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
      department: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
      manager: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
    },
    ignored: ['preferredLanguage', 'name.formatted', 'addresses', 'phoneNumbers[type eq "fax"].value'],
  },
  // F4, F5: groups are mapped to local teams and roles row by row. They do not become teams themselves.
  groups: { teams: 'none' },
  // F7: keys are valid for 90 to 730 days.
  keys: { daysMin: 90, daysMax: 730, daysDefault: 365 },
  // F3: administrators get a report on failures. A welcome and a link for the password are options.
  notifications: { failures: true, welcome: true, passwordLink: false },
  // F6: the level can be chosen.
  audit: { level: 'information' },
};
