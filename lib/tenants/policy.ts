import * as z from 'zod';
import { type ClientProfile, clientProfiles } from '../scim/quirks/quirk.ts';
import { attributePath, loginSchema } from './login-policy.ts';
import { notificationsSchema } from './notification-policy.ts';
import { auditSchema, feedSchema } from './trail-policy.ts';
import { trustsSchema } from './trust.ts';

/** The possible paths of a SCIM endpoint; a tenant answers only on the one that its policy sets. */
export const endpointPaths = ['/scim', '/scim/v2', '/api/scim/v2'] as const;

/** Longest validity of a key that a policy may allow, in days: Entra's gallery has secrets of one to three years. */
const keyDaysMax = 1_095;
/** Longest validity of a token, in days. */
const tokenDaysMax = 730;
const minutesPerDay = 1_440;

/** The attribute path of the work e-mail. */
export const workEmail = 'emails[type eq "work"].value';

/** The default mapping of user attributes to account attributes: account attribute to SCIM path. */
const usualAttributes: Readonly<Record<string, string>> = {
  displayName: 'displayName',
  title: 'title',
  givenName: 'name.givenName',
  familyName: 'name.familyName',
  email: workEmail,
  phone: 'phoneNumbers[type eq "work"].value',
  mobile: 'phoneNumbers[type eq "mobile"].value',
  fax: 'phoneNumbers[type eq "fax"].value',
  language: 'preferredLanguage',
  timezone: 'timezone',
  externalId: 'externalId',
  employeeNumber: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
  department: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
  organization: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization',
  manager: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
};

const attributePaths = (usual: string[] = []) => z.array(attributePath).readonly().default(usual);
const localName = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a name such as mobile');
const roleName = z.string().trim().min(1).max(100);
const groupId = z.string().trim().min(1).max(200);
const days = (min: number, max: number) => z.int().min(min).max(max);

/** The name that the profile `interop` had in 0.2.0. */
const formerInterop = 'strict';

const clientProfile = z.preprocess(
  (given: ClientProfile | typeof formerInterop | undefined) => (given === formerInterop ? 'interop' : given),
  z
    .enum(clientProfiles)
    .default('generic')
    .describe(
      'The client that provisions; it decides which deviations from the RFCs are tolerated. `generic` is any other.',
    ),
);

const endpointSchema = z.strictObject({
  path: z
    .enum(endpointPaths)
    .default('/scim/v2')
    .describe('Path of the SCIM endpoint, below the address of the deployment.'),
  profile: clientProfile,
  groups: z
    .boolean()
    .default(true)
    .describe('If false, the endpoint has no groups and discovery does not list them.'),
  packs: z
    .array(z.string())
    .readonly()
    .default([])
    .describe('Ids of packs, which add schemas and resource types to the core ones.'),
});

const usersSchema = z.strictObject({
  required: attributePaths().describe(
    'Attributes that a user must have besides those that the schema requires; a user without them is refused.',
  ),
  unique: attributePaths().describe(
    'Attributes, besides userName, that no two users may share. Add some only without users.',
  ),
  uniqueUserName: z
    .boolean()
    .default(true)
    .describe('If false, users may share a userName (not RFC 7643 4.1.1). Set it to true without users.'),
});

const adoptSchema = z.strictObject({
  handMade: z
    .boolean()
    .default(false)
    .describe(
      'If true, a new user takes over the account made by hand that has its work e-mail, or its `externalId` or ' +
        '`federated` login.',
    ),
  domains: z
    .array(z.string())
    .readonly()
    .default([])
    .describe(
      'Only accounts with an address in these domains are taken over; an empty list means all domains.',
    ),
  exceptRoles: z
    .array(roleName)
    .readonly()
    .default(['administrator'])
    .describe('Accounts with these roles are never taken over.'),
});

const editable = z.union([z.literal('all'), z.array(localName).readonly()], {
  error: 'must be "all" or a list of names such as mobile',
});

const accountsSchema = z.strictObject({
  enabled: z.boolean().default(false).describe('If true, provisioning creates local accounts and teams.'),
  attributes: z
    .record(localName, attributePath)
    .readonly()
    .default(usualAttributes)
    .describe(
      'Attributes of accounts: the name in the account, and the attribute of the user that fills it; at most 100.',
    ),
  ignored: attributePaths().describe(
    'Attributes that are accepted and kept for SCIM, but not copied to accounts.',
  ),
  editable: editable
    .default([])
    .describe(
      'Account attributes in which a local edit survives; in all others an edit of the client’s value is refused.',
    ),
  editableByRole: z
    .record(roleName, editable)
    .readonly()
    .default({})
    .describe('The same for accounts with single roles, in place of `editable`.'),
  keepWhenEmpty: z
    .boolean()
    .default(false)
    .describe('If true, a local value stays when the client has none.'),
  timezones: z
    .enum(['any', 'iana'])
    .default('any')
    .describe('`iana` drops a time zone that is not in the IANA database; `any` keeps every value.'),
  verified: z
    .array(localName)
    .readonly()
    .default([])
    .describe(
      'Account attributes, such as phone numbers, that are unverified until their owner confirms them.',
    ),
  login: loginSchema.default('userName'),
  adopt: adoptSchema.prefault({}),
});

const rolesSchema = z.strictObject({
  known: z
    .array(roleName)
    .readonly()
    .default(['administrator', 'userManager', 'user'])
    .describe('The roles that an account can have.'),
  default: roleName.default('user').describe('Role of a user to whom the client gives none.'),
  unknown: z
    .enum(['default', 'refuse'])
    .default('default')
    .describe('A user with an unknown role gets the default role (`default`) or is refused (`refuse`).'),
  stakeholders: z
    .array(roleName)
    .readonly()
    .default([])
    .describe('Roles from the client that make a person a stakeholder instead of a regular user.'),
});

const groupsSchema = z.strictObject({
  unique: attributePaths(['displayName']).describe(
    'Attributes that no two groups may share. Add some only without groups.',
  ),
  teams: z
    .enum(['each', 'central', 'none'])
    .default('each')
    .describe(
      '`each`: each group becomes a team. `central`: all users are in one central team. `none`: no teams.',
    ),
  centralTeam: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .default('SCIM Synchronized')
    .describe('Initial name of the central team, which can be renamed locally.'),
  description: attributePath
    .nullable()
    .default(null)
    .describe('The attribute of a group that is the description of its team; null means none.'),
  required: z
    .boolean()
    .default(false)
    .describe('If true, an account is held or removed while its user is in no group.'),
  toTeams: z
    .array(z.strictObject({ group: groupId, team: z.string() }))
    .readonly()
    .default([])
    .describe('Members of these groups (externalId) join these local teams (id); at most 1,000 rows.'),
  toRoles: z
    .array(z.strictObject({ group: groupId, role: roleName }))
    .readonly()
    .default([])
    .describe(
      'Members of these groups (externalId) have these roles; the first match counts; at most 1,000 rows.',
    ),
});

const licencesSchema = z.strictObject({
  seats: z
    .int()
    .min(0)
    .max(10_000_000)
    .nullable()
    .default(null)
    .describe('Maximum number of active accounts; null means no limit.'),
  stakeholders: z.boolean().default(false).describe('If true, stakeholders need a seat too.'),
});

const deletionSchema = z.strictObject({
  graceDays: days(0, 365)
    .default(30)
    .describe('Days for which a deleted user can be restored; 0 means that it is removed for good at once.'),
});

const keysSchema = z.strictObject({
  daysMin: days(1, keyDaysMax).default(1).describe('Shortest validity of a key, in days.'),
  daysMax: days(1, keyDaysMax).default(730).describe('Longest validity of a key, in days.'),
  daysDefault: days(1, keyDaysMax)
    .default(365)
    .describe('Validity of a key if the request names none, in days.'),
  activeMax: z
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe('Maximum number of active keys; the same maximum holds for client secrets.'),
  replaces: z
    .boolean()
    .default(false)
    .describe('If true, a new key at once revokes the earlier ones of its kind.'),
  issuerRoles: z
    .array(roleName)
    .readonly()
    .default([])
    .describe(
      'Keys must be issued on behalf of an account with one of these roles; if empty, none is needed.',
    ),
  tokenDays: days(1, tokenDaysMax)
    .default(1)
    .describe(
      'Deprecated, use `tokenMinutes`: validity of a token in days, which counts in its place if it is not 1.',
    ),
  tokenMinutes: z
    .int()
    .min(5)
    .max(tokenDaysMax * minutesPerDay)
    .default(60)
    .describe('Validity of a token that is issued for a client secret, in minutes.'),
});

/** Minutes for which a token is valid that is issued for a client secret. */
export function tokenMinutesOf({ tokenDays, tokenMinutes }: Policy['keys']): number {
  return tokenDays === 1 ? tokenMinutes : tokenDays * minutesPerDay;
}

/** The settings of a tenant; each has a default. */
export const policySchema = z.strictObject({
  endpoint: endpointSchema.prefault({}).describe('The SCIM endpoint and its client.'),
  users: usersSchema.prefault({}).describe('Requirements on users.'),
  accounts: accountsSchema.prefault({}).describe('The local accounts that provisioning creates.'),
  roles: rolesSchema.prefault({}).describe('The roles of accounts.'),
  groups: groupsSchema.prefault({}).describe('Groups and teams.'),
  licences: licencesSchema.prefault({}).describe('Limits on the number of accounts.'),
  deletion: deletionSchema.prefault({}).describe('Deleted users.'),
  keys: keysSchema.prefault({}).describe('Bearer keys and tokens.'),
  trusts: trustsSchema.describe(
    'Issuers and applications whose tokens are accepted instead of a key (workload identity federation).',
  ),
  notifications: notificationsSchema.prefault({}).describe('Mails to administrators and users.'),
  audit: auditSchema.prefault({}).describe('The audit trail.'),
  feed: feedSchema.prefault({}).describe('The events that the product reads.'),
});
/** A policy with all defaults filled in. */
export type Policy = Readonly<z.infer<typeof policySchema>>;
/** A policy without its defaults, as a request or a preset has it. */
export type PolicyInput = z.input<typeof policySchema>;
