import * as z from 'zod';
import { userTypeOf } from '../provisioning/user-type.ts';
import { attributeValues } from '../scim/attribute-values.ts';
import { ScimError } from '../scim/errors.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import { type Policy, policySchema } from '../tenants/policy.ts';
import { isKeySource } from '../tenants/trust.ts';
import { parseInput } from './parse-input.ts';
import type { ManageContext } from './row.ts';

/**
 * Reads a whole policy; throws ScimError `invalidValue` naming the setting that is malformed, or that names a pack, an
 * attribute or a role which there is not, or a place that keys are not fetched from.
 */
export function readPolicy(policy: unknown, { catalogue, federationHosts }: Deployment): Policy {
  const { policy: read } = parseInput(policyEnvelope, { policy });
  const [fault] = policyFaults(read, catalogue);
  if (fault !== undefined) throw new ScimError('invalidValue', { detail: fault });
  requireKeySources(read, federationHosts);
  return read;
}

type Deployment = Pick<ManageContext, 'catalogue' | 'federationHosts'>;

const policyEnvelope = z.strictObject({ policy: policySchema });

/** Tells what contradicts itself in a policy, or names what there is not: sentences that begin with `policy.`. */
export function* policyFaults(
  policy: Policy,
  { packs, typesOf }: ManageContext['catalogue'],
): Generator<string> {
  yield* packFaults(
    policy,
    packs.map(({ id }) => id),
  );
  yield* pathFaults(policy, userTypeOf(typesOf(policy.endpoint)));
  yield* roleFaults(policy);
  const { daysMin, daysMax } = policy.keys;
  if (daysMin > daysMax) yield 'policy.keys.daysMin must not exceed policy.keys.daysMax';
}

function* packFaults({ endpoint }: Policy, known: readonly string[]): Generator<string> {
  for (const id of endpoint.packs.filter((one) => !known.includes(one))) {
    yield `policy.endpoint.packs names "${id.slice(0, 64)}": this deployment has ${known.join(', ')}`;
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
    for (const path of paths.filter((one) => !isAttribute(type, one))) {
      yield `policy.${setting} names "${path.slice(0, 200)}", which is no attribute of a ${type.name}`;
    }
  }
}

function isAttribute(type: ResourceType, path: string): boolean {
  try {
    attributeValues({}, type, path);
    return true;
  } catch {
    return false;
  }
}

function* roleFaults({ roles, groups }: Policy): Generator<string> {
  const named = [
    ['roles.default', roles.default] as const,
    ...groups.toRoles.map(({ role }) => ['groups.toRoles', role] as const),
  ];
  for (const [setting, role] of named.filter(([, one]) => !roles.known.includes(one))) {
    yield `policy.${setting} names the role "${role}": policy.roles.known has ${roles.known.join(', ')}`;
  }
}

function requireKeySources({ trusts }: Policy, hosts: readonly string[]): void {
  const position = trusts.findIndex(({ jwksUri }) => !isKeySource(jwksUri, hosts));
  if (position < 0) return;
  const detail =
    `policy.trusts.${position}.jwksUri is not at a host that this deployment fetches keys from: ` +
    `by HTTPS from ${hosts.join(', ')} (FEDERATION_HOSTS)`;
  throw new ScimError('invalidValue', { detail });
}
