import type { PolicyInput } from '../policy.ts';

/** SIGNL4, alerting. */
export const signl4: PolicyInput = {
  accounts: {
    enabled: true,
    // S6: these attributes and no others; a time zone that IANA does not know is unset.
    attributes: {
      displayName: 'displayName',
      email: 'emails[type eq "work"].value',
      language: 'preferredLanguage',
      mobile: 'phoneNumbers[type eq "mobile"].value',
      externalId: 'externalId',
      timezone: 'timezone',
    },
    timezones: 'iana',
    // S5: local edits of phone numbers survive where the option adds 'mobile'.
    editable: [],
    // S13: a number is used once its owner has confirmed it.
    verified: ['mobile'],
    // S11: the work e-mail finds the hand-made account that a user takes over.
    adopt: { handMade: true },
  },
  // S9: this role makes a stakeholder.
  roles: { stakeholders: ['S4Stakeholder'] },
  // S2, S17: a group is a team once it has users; S3 is the option 'central'. S14: no account without a group.
  // S8: a group is known by its externalId, so that two may have one name.
  groups: { teams: 'each', required: true, unique: ['externalId'] },
  // S12: a number of seats is agreed on with each customer; those beyond it are held.
  licences: { seats: null },
  // S8: groups have a description.
  endpoint: { packs: ['group-description'] },
  // S16: invited, and pending until the link is followed.
  notifications: { invitation: true },
  // S18: changes and refusals are recorded.
  audit: { level: 'information' },
};
