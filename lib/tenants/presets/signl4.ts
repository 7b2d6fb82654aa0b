import type { PolicyInput } from '../policy.ts';

/** SIGNL4, a product for alerting. */
export const signl4: PolicyInput = {
  accounts: {
    enabled: true,
    // S6: accounts have only these attributes. A time zone that IANA does not know is dropped.
    attributes: {
      displayName: 'displayName',
      email: 'emails[type eq "work"].value',
      language: 'preferredLanguage',
      mobile: 'phoneNumbers[type eq "mobile"].value',
      externalId: 'externalId',
      timezone: 'timezone',
    },
    timezones: 'iana',
    // S5: local edits of phone numbers survive if the option adds 'mobile'.
    editable: [],
    // S13: a phone number is unverified until its owner confirms it.
    verified: ['mobile'],
    // S11: a user takes over the hand-made account with its work e-mail.
    adopt: { handMade: true },
  },
  // S9: this role makes a stakeholder.
  roles: { stakeholders: ['S4Stakeholder'] },
  // S2, S17: a group with users is a team. S3 is the option 'central'. S14: an account needs a group.
  // S8: the externalId identifies a group, so two groups may have the same name.
  groups: { teams: 'each', required: true, unique: ['externalId'] },
  // S12: each customer has a number of seats; accounts beyond it are held.
  licences: { seats: null },
  // S8: groups have a description.
  endpoint: { packs: ['group-description'] },
  // S16: a new account is invited, and pending until its owner follows the link.
  notifications: { invitation: true },
  // S18: changes and refusals are recorded.
  audit: { level: 'information' },
};
