import * as z from 'zod';
import { attributeValues } from '../scim/attribute-values.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonValue } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import { type Policy, policySchema } from '../tenants/policy.ts';
import { isKeySource } from '../tenants/trust.ts';
import { parseInput } from './parse-input.ts';
import type { ManageParts } from './row.ts';

/**
 * Reads a whole policy; throws ScimError `invalidValue` naming the setting that is malformed, or that names a pack, an
 * attribute or a role which there is not, or a place that keys are not fetched from.
 */
export function readPolicy(policy: JsonValue, { packs, federationHosts }: Deployment): Policy {
  const { policy: read } = parseInput(policyEnvelope, { policy });
  requirePacks(read, packs);
  requirePaths(read);
  requireRoles(read);
  requireDays(read);
  requireKeySources(read, federationHosts);
  return read;
}

type Deployment = Pick<ManageParts, 'packs' | 'federationHosts'>;

const policyEnvelope = z.strictObject({ policy: policySchema });

function requirePacks({ endpoint }: Policy, known: readonly string[]): void {
  const unknown = endpoint.packs.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  const detail = `policy.endpoint.packs names "${unknown.slice(0, 64)}": this deployment has ${known.join(', ')}`;
  throw new ScimError('invalidValue', { detail });
}

function requirePaths({ users, accounts, groups }: Policy): void {
  const named: readonly (readonly [string, ResourceType, readonly string[]])[] = [
    ['users.required', userType, users.required],
    ['users.unique', userType, users.unique],
    ['accounts.attributes', userType, Object.values(accounts.attributes)],
    ['accounts.ignored', userType, accounts.ignored],
    ['groups.unique', groupType, groups.unique],
  ];
  for (const [setting, type, paths] of named) for (const path of paths) requirePath(setting, type, path);
}

/** Extensions of packs are known to their tenants only; a path with another URN is taken as it is. */
function requirePath(setting: string, type: ResourceType, path: string): void {
  const isForeign = path.startsWith('urn:') && !path.startsWith(enterprise);
  if (isForeign) return;
  try {
    attributeValues({}, type, path);
  } catch (cause) {
    const detail = `policy.${setting} names "${path.slice(0, 200)}", which is no attribute of a ${type.name}`;
    throw new ScimError('invalidValue', { detail, cause });
  }
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function requireRoles({ roles, groups }: Policy): void {
  const named = [
    ['roles.default', roles.default] as const,
    ...groups.toRoles.map(({ role }) => ['groups.toRoles', role] as const),
  ];
  const [setting, role] = named.find(([, one]) => !roles.known.includes(one)) ?? [];
  if (role === undefined) return;
  const detail = `policy.${setting} names the role "${role}": policy.roles.known has ${roles.known.join(', ')}`;
  throw new ScimError('invalidValue', { detail });
}

function requireDays({ keys }: Policy): void {
  if (keys.daysMin <= keys.daysMax) return;
  throw new ScimError('invalidValue', { detail: 'policy.keys.daysMin must not exceed policy.keys.daysMax' });
}

function requireKeySources({ trusts }: Policy, hosts: readonly string[]): void {
  const position = trusts.findIndex(({ jwksUri }) => !isKeySource(jwksUri, hosts));
  if (position < 0) return;
  const detail =
    `policy.trusts.${position}.jwksUri is not at a host that this deployment fetches keys from: ` +
    `by HTTPS from ${hosts.join(', ')} (FEDERATION_HOSTS)`;
  throw new ScimError('invalidValue', { detail });
}
