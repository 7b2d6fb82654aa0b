import * as z from 'zod';
import { limits } from '../base/limits.ts';
import { hasAttribute } from '../scim/attribute-values.ts';
import { invalidValue } from '../scim/errors.ts';
import { isSingleText } from '../scim/policy-paths.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType, userTypeOf } from '../scim/schema/resource-types.ts';
import { exactPathOf, type LoginSetting } from '../tenants/login-policy.ts';
import { type Policy, policySchema } from '../tenants/policy.ts';
import { isKeySource } from '../tenants/trust.ts';
import { parseInput } from './parse-input.ts';
import type { ManageContext } from './row.ts';

/**
 * Reads a complete policy; throws ScimError `invalidValue`, which names the setting. It is malformed, or
 * names an unknown pack, attribute or role, or a host from which the deployment does not fetch keys.
 */
export function readPolicy(policy: unknown, { catalogue, federationHosts }: Deployment): Policy {
  const { policy: read } = parseInput(policyEnvelope, { policy });
  const [fault] = policyFaults(read, catalogue);
  if (fault !== undefined) throw invalidValue(fault);
  requireKeySources(read, federationHosts);
  return read;
}

type Deployment = Pick<ManageContext, 'catalogue' | 'federationHosts'>;

const policyEnvelope = z.strictObject({ policy: policySchema });

/** Finds contradictions and unknown names in a policy, as sentences that begin with `policy.`. */
export function* policyFaults(
  policy: Policy,
  { packs, clashOf, typesOf }: ManageContext['catalogue'],
): Generator<string> {
  yield* sizeFaults(policy);
  const allPacks = packs.map(({ id }) => id);
  yield* packFaults(policy, allPacks);
  const clash = clashOf(policy.endpoint.packs);
  if (clash) {
    const [first, second] = clash.packs;
    yield `policy.endpoint.packs names ${first} and ${second}, which both declare the ${clash.what} ${clash.name}: ` +
      'name only one of them';
  }
  const userType = userTypeOf(typesOf(policy.endpoint));
  yield* pathFaults(policy, userType);
  yield* loginFaults('policy.accounts.login', policy.accounts.login, userType);
  yield* descriptionFaults(policy, typesOf({ ...policy.endpoint, groups: true, packs: allPacks }));
  yield* roleFaults(policy);
  const { daysMin, daysMax } = policy.keys;
  if (daysMin > daysMax) yield 'policy.keys.daysMin must not exceed policy.keys.daysMax: change one of them';
}

/** Only new policies are checked, so that one that was stored before there were bounds can be read. */
function* sizeFaults(policy: Policy): Generator<string> {
  const sizes: (readonly [setting: string, size: number, max: number])[] = [
    ['accounts.attributes', Object.keys(policy.accounts.attributes).length, limits.accountAttributesMax],
  ];
  for (const [section, settings] of Object.entries(policy)) {
    for (const [name, value] of Object.entries(settings)) {
      if (Array.isArray(value)) sizes.push([`${section}.${name}`, value.length, limits.policyEntriesMax]);
    }
  }
  for (const [setting, size, max] of sizes.filter(([, one, most]) => one > most)) {
    yield `policy.${setting} has ${size} entries: send at most ${max}`;
  }
  for (const [path, text] of textsIn(policy)) {
    if (text.length > limits.policyTextCharactersMax)
      yield `policy${path} has ${text.length} characters: send at most ${limits.policyTextCharactersMax}`;
  }
  const team = policy.groups.toTeams.find((row) => row.team.length > teamCharactersMax);
  if (team)
    yield `policy.groups.toTeams names a team of more than ${teamCharactersMax} characters: send its id`;
}

/** Characters of the id of a team. */
const teamCharactersMax = 64;

/** The texts in a value with their paths, such as `.groups.toTeams.0.team`. */
function* textsIn(value: unknown, path = ''): Generator<readonly [path: string, text: string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) yield* textsIn(inner, `${path}.${name}`);
}

function* packFaults({ endpoint }: Policy, known: readonly string[]): Generator<string> {
  for (const id of endpoint.packs.filter((one) => !known.includes(one))) {
    const ids = known.join(', ');
    yield `policy.endpoint.packs names "${id.slice(0, 64)}", but this deployment only has ${ids}: name one of these`;
  }
}

function* pathFaults({ users, accounts, groups }: Policy, userType: ResourceType): Generator<string> {
  const named: readonly (readonly [string, ResourceType, readonly string[]])[] = [
    ['users.required', userType, users.required],
    ['users.unique', userType, users.unique],
    ['accounts.attributes', userType, Object.values(accounts.attributes)],
    ['accounts.ignored', userType, accounts.ignored],
    ['groups.unique', groupType, groups.unique],
  ];
  for (const [setting, type, paths] of named) {
    for (const path of paths.filter((one) => !hasAttribute(type, one)))
      yield pathFault(`policy.${setting}`, type, path);
  }
}

/** Throws ScimError `invalidValue` for a login from an attribute that a user cannot have as a single text. */
export function requireLoginSetting(login: LoginSetting, userType: ResourceType): void {
  const [fault] = loginFaults('Property to', login, userType);
  if (fault !== undefined) throw invalidValue(fault);
}

function* loginFaults(setting: string, login: LoginSetting, userType: ResourceType): Generator<string> {
  const path = exactPathOf(login) ?? 'userName';
  if (!hasAttribute(userType, path)) yield pathFault(`${setting}.federated.subject`, userType, path);
  else if (!isSingleText(userType, path)) {
    const fault = `names "${path}", which is not a single text that the client sets`;
    yield `${setting}.federated.subject ${fault}: name an attribute such as externalId`;
  }
}

/** A description may be an attribute of a pack that the tenant does not have: then its teams have none. */
function* descriptionFaults({ groups }: Policy, types: readonly ResourceType[]): Generator<string> {
  const { description: path } = groups;
  const type = types.find(({ name }) => name === groupType.name) ?? groupType;
  if (path !== null && !hasAttribute(type, path)) yield pathFault('policy.groups.description', type, path);
}

function pathFault(setting: string, { name }: ResourceType, path: string): string {
  const fault = `names "${path.slice(0, 200)}", which is not an attribute of a ${name}`;
  return `${setting} ${fault}: name an attribute that /Schemas lists`;
}

function* roleFaults({ roles, groups }: Policy): Generator<string> {
  const named = [
    ['roles.default', roles.default] as const,
    ...groups.toRoles.map(({ role }) => ['groups.toRoles', role] as const),
  ];
  for (const [setting, role] of named.filter(([, one]) => !roles.known.includes(one))) {
    const fault = `names the role "${role}", but policy.roles.known has ${roles.known.join(', ')}`;
    yield `policy.${setting} ${fault}: name one of these or add it there`;
  }
}

function requireKeySources({ trusts }: Policy, hosts: readonly string[]): void {
  const position = trusts.findIndex(({ jwksUri }) => !isKeySource(jwksUri, hosts));
  if (position < 0) return;
  const detail =
    `policy.trusts.${position}.jwksUri must be an HTTPS address at ${hosts.join(', ')}: ` +
    'change it, or add its host to the setting FEDERATION_HOSTS of the deployment';
  throw invalidValue(detail);
}
