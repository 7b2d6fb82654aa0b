import * as z from 'zod';
import { clientProfiles } from '../scim/quirks/quirk.ts';
import { notificationsSchema } from './notification-policy.ts';
import { trustsSchema } from './trust.ts';

/** The paths that a SCIM endpoint may have; a tenant answers on its own only. */
export const endpointPaths = ['/scim', '/scim/v2', '/api/scim/v2'] as const;

/** The longest life of any key or token, whatever a policy says. */
const keyDaysMax = 730;

/** The path of the address at work. */
export const workEmail = 'emails[type eq "work"].value';

/** What accounts are given of users unless a policy says otherwise: the name in the account, and the path. */
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

const attributePath = z.string().min(1).max(200);
const attributePaths = (usual: string[] = []) => z.array(attributePath).readonly().default(usual);
const localName = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a name such as mobile');
const roleName = z.string().trim().min(1).max(100);
const groupId = z.string().trim().min(1).max(200);
const days = (min: number, max: number) => z.int().min(min).max(max);

const endpointSchema = z.strictObject({
  path: z.enum(endpointPaths).default('/scim/v2').describe('Path of the SCIM endpoint below the address.'),
  profile: z
    .enum(clientProfiles)
    .default('entra')
    .describe('Who provisions: decides which deviations from the RFCs are tolerated.'),
  groups: z.boolean().default(true).describe('Whether groups are provisioned; otherwise discovery has none.'),
  packs: z
    .array(z.string())
    .readonly()
    .default([])
    .describe('Sets of schemas and resource types beyond the core ones, by their ids.'),
});

const usersSchema = z.strictObject({
  required: attributePaths().describe(
    'Attributes that a user must have beyond those of the schema; one that lacks them is refused.',
  ),
  unique: attributePaths().describe(
    'Attributes beyond userName of which no two users may have the same value.',
  ),
});

const adoptSchema = z.strictObject({
  handMade: z
    .boolean()
    .default(false)
    .describe('Whether a user created over SCIM takes over the account made by hand with its work e-mail.'),
  domains: z
    .array(z.string())
    .readonly()
    .default([])
    .describe('The only domains whose addresses are taken over; none named means all.'),
  exceptRoles: z
    .array(roleName)
    .readonly()
    .default(['administrator'])
    .describe('Roles whose accounts are never taken over.'),
});

const accountsSchema = z.strictObject({
  enabled: z.boolean().default(false).describe('Whether provisioning yields local accounts and teams.'),
  attributes: z
    .record(localName, attributePath)
    .readonly()
    .default(usualAttributes)
    .describe('What accounts are given of users: the name in the account, and the attribute of the user.'),
  ignored: attributePaths().describe('Attributes that are accepted and kept for SCIM, but reach no account.'),
  editable: z
    .union([z.literal('all'), z.array(localName).readonly()])
    .default([])
    .describe('What may be edited locally so that the edit survives; otherwise the client’s value wins.'),
  keepWhenEmpty: z
    .boolean()
    .default(false)
    .describe('Whether a local value stays where the client has none.'),
  timezones: z
    .enum(['any', 'iana'])
    .default('any')
    .describe('`iana` leaves a time zone unset that is not in the IANA database.'),
  verified: z
    .array(localName)
    .readonly()
    .default([])
    .describe('Values, such as phone numbers, that count as unverified until their owner confirms them.'),
  login: z
    .enum(['userName', 'email', 'mailbox'])
    .default('userName')
    .describe('What a person signs in with: userName, work e-mail, or that without its domain.'),
  adopt: adoptSchema.prefault({}),
});

const rolesSchema = z.strictObject({
  known: z
    .array(roleName)
    .readonly()
    .default(['administrator', 'userManager', 'user'])
    .describe('The roles that there are.'),
  default: roleName.default('user').describe('The role of a user for whom the client names none.'),
  unknown: z
    .enum(['default', 'refuse'])
    .default('default')
    .describe('Whether a user with an unknown role gets the default role or is refused.'),
  stakeholders: z
    .array(roleName)
    .readonly()
    .default([])
    .describe('Roles of the client that make a person a stakeholder instead of a regular user.'),
});

const groupsSchema = z.strictObject({
  unique: attributePaths(['displayName']).describe(
    'Attributes of which no two groups may have the same value.',
  ),
  teams: z
    .enum(['each', 'central', 'none'])
    .default('each')
    .describe('Whether each group becomes a team, or all users are in one central team, or neither.'),
  centralTeam: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .default('SCIM Synchronized')
    .describe('First name of the central team; it can be renamed locally.'),
  required: z
    .boolean()
    .default(false)
    .describe('Whether an account is held, or removed, while its user is in no group.'),
  toTeams: z
    .array(z.strictObject({ group: groupId, team: z.string() }))
    .readonly()
    .default([])
    .describe('Groups, by externalId, whose members join a local team, by its id.'),
  toRoles: z
    .array(z.strictObject({ group: groupId, role: roleName }))
    .readonly()
    .default([])
    .describe('Groups, by externalId, whose members have a role; the first that applies counts.'),
});

const licencesSchema = z.strictObject({
  seats: z
    .int()
    .min(0)
    .max(10_000_000)
    .nullable()
    .default(null)
    .describe('Most active accounts; null is no limit.'),
  stakeholders: z.boolean().default(false).describe('Whether stakeholders need a seat as well.'),
});

const deletionSchema = z.strictObject({
  graceDays: days(0, 365)
    .default(30)
    .describe('Days for which a deleted user can be restored; 0 removes it for good at once.'),
});

const keysSchema = z.strictObject({
  daysMin: days(1, keyDaysMax).default(1).describe('Shortest validity of a key, in days.'),
  daysMax: days(1, keyDaysMax).default(keyDaysMax).describe('Longest validity of a key, in days.'),
  daysDefault: days(1, keyDaysMax)
    .default(365)
    .describe('Validity of a key where none is asked for, in days.'),
  activeMax: z
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe('Most keys that are active at a time, and as many client secrets.'),
  replaces: z
    .boolean()
    .default(false)
    .describe('Whether a new key voids those of its kind before it at once.'),
  issuerRoles: z
    .array(roleName)
    .readonly()
    .default([])
    .describe(
      'Roles of the local account on whose behalf a key must be issued; none named needs no account.',
    ),
  tokenDays: days(1, keyDaysMax)
    .default(1)
    .describe('Lifetime of tokens issued for a client secret, in days.'),
});

const auditSchema = z.strictObject({
  level: z
    .enum(['warning', 'information', 'debug'])
    .default('information')
    .describe(
      '`warning` keeps refusals, `information` changes too, `debug` also requests that change nothing.',
    ),
  days: days(1, 3_650).default(90).describe('How long records are kept, in days.'),
});

/** All that can be set for a tenant; each setting has a default. */
export const policySchema = z.strictObject({
  endpoint: endpointSchema.prefault({}).describe('The SCIM endpoint and its client.'),
  users: usersSchema.prefault({}).describe('What users must be like.'),
  accounts: accountsSchema.prefault({}).describe('The local accounts that provisioning yields.'),
  roles: rolesSchema.prefault({}).describe('The roles of accounts.'),
  groups: groupsSchema.prefault({}).describe('Groups and the teams they become.'),
  licences: licencesSchema.prefault({}).describe('How many accounts there may be.'),
  deletion: deletionSchema.prefault({}).describe('What becomes of deleted users.'),
  keys: keysSchema.prefault({}).describe('Bearer keys and tokens.'),
  trusts: trustsSchema.describe(
    'Whose tokens are accepted in place of a key (workload identity federation).',
  ),
  notifications: notificationsSchema.prefault({}).describe('Mails to administrators and users.'),
  audit: auditSchema.prefault({}).describe('The audit trail.'),
});
/** What holds for a tenant, with every default filled in. */
export type Policy = Readonly<z.infer<typeof policySchema>>;
/** A policy as it is given: all that it leaves out has a default. */
export type PolicyInput = z.input<typeof policySchema>;
