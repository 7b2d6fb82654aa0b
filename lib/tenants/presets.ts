import type { PolicyInput } from './policy.ts';

/** The attribute of the pack `group-description`. */
const groupDescription = 'urn:ietf:params:scim:schemas:extension:muster:2.0:Group:description';

/** SIGNL4, a product for alerting. */
const signl4: PolicyInput = {
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
    // B8: people sign in with their e-mail.
    login: 'email',
    // S5: local edits of phone numbers survive if the option adds 'mobile'.
    editable: [],
    // S13: a phone number is unverified until its owner confirms it.
    verified: ['mobile'],
    // S11: a user takes over the hand-made account with its work e-mail.
    adopt: { handMade: true },
  },
  // S9: this role makes a stakeholder.
  roles: { stakeholders: ['S4Stakeholder'] },
  // S2, S17: a group with users is a team. S3 is the option 'central'. S14: an account needs a group. B21: with the
  // option `required: false`, users without a group are in the central team.
  // S8: the externalId identifies a group, so two groups may have the same name. B4: its description is the team's.
  groups: { teams: 'each', required: true, unique: ['externalId'], description: groupDescription },
  // S12: each customer has a number of seats; accounts beyond it are held.
  licences: { seats: null },
  // S8: groups have a description.
  endpoint: { profile: 'entra', packs: ['group-description'] },
  // S16: a new account is invited, and pending until its owner follows the link. B18: the mail names the product.
  notifications: { invitation: true, product: 'SIGNL4' },
  // S18: changes and refusals are recorded.
  audit: { level: 'information' },
};

/** The platform of the v6 guide. */
const v6: PolicyInput = {
  // V3: the tenant URL is the account's address and /scim.
  endpoint: { profile: 'entra', path: '/scim' },
  accounts: {
    enabled: true,
    // V7: logins are the e-mail address without its domain, until they are converted.
    login: 'mailbox',
    // B6: a user takes over the account with its e-mail, whose login was converted.
    adopt: { handMade: true },
  },
  // V1: keys are issued on behalf of an administrator or user manager. V2: a new key revokes the old one.
  keys: { issuerRoles: ['administrator', 'userManager'], activeMax: 1, replaces: true },
  // V5: administrators get a report on failures, and B7: so do user managers.
  notifications: { failures: true, administratorRoles: ['administrator', 'userManager'] },
};

/** Sofa 365 Bridge. */
const sofa: PolicyInput = {
  endpoint: { profile: 'entra' },
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
  // F3: administrators get a report on failures, and B7: so do subject managers. A welcome and a link for the password
  // are options. B18: the mails name the product.
  notifications: {
    failures: true,
    administratorRoles: ['administrator', 'subjectManager'],
    welcome: true,
    passwordLink: false,
    product: 'Sofa 365 Bridge',
  },
  roles: { known: ['administrator', 'userManager', 'subjectManager', 'user'] },
  // F6: the level can be chosen.
  audit: { level: 'information' },
};

/** s.GUARD. */
const sguard: PolicyInput = {
  // G3: the endpoint has no groups. G4: this is its path.
  endpoint: { profile: 'entra', path: '/scim/v2', groups: false },
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
  // B18: mails name the product.
  notifications: { product: 's.GUARD' },
};

/** SigningHub. */
const signinghub: PolicyInput = {
  // H3: this is the path of the endpoint.
  endpoint: { profile: 'entra', path: '/api/scim/v2' },
  users: {
    // H5: the work e-mail is mandatory and unique.
    required: ['emails[type eq "work"].value'],
    unique: ['emails[type eq "work"].value'],
    // B9: userName is mapped from displayName, and two people can have the same name.
    uniqueUserName: false,
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
    // H8, B11: users may edit all fields (as an option, none, or none in some roles). Empty values of the client
    // overwrite nothing.
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
  // B18: mails name the product.
  notifications: { product: 'SigningHub' },
  // H6: a deleted user is removed for good.
  deletion: { graceDays: 0 },
  // H1, H2: minutes for which a token of the authenticate call is valid, which are 30 days.
  keys: { tokenMinutes: 43_200 },
};

/** Policies for new tenants, by name. Each follows the guide of a product, and each guide shows Entra ID. */
export const presets = { signl4, v6, sofa, sguard, signinghub } as const satisfies Record<
  string,
  PolicyInput
>;

/** The name of a preset, which stands for a product. */
export type PresetName = keyof typeof presets;
/** The names of all presets, in the order of the documentation. */
export const presetNames = Object.keys(presets) as readonly PresetName[];
