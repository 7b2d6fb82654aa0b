import * as z from 'zod';
import { attributeValues } from '../scim/attribute-values.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonValue } from '../scim/json.ts';
import { userType } from '../scim/schema/resource-types.ts';
import { type Policy, policySchema } from '../tenants/policy.ts';
import { parseInput } from './parse-input.ts';

/**
 * Reads a whole policy; throws ScimError `invalidValue` naming the setting that is malformed, or that names a pack, an
 * attribute or a role which there is not.
 */
export function readPolicy(policy: JsonValue, known: Known): Policy {
  const { policy: read } = parseInput(policyEnvelope, { policy });
  const [fault] = policyFaults(read, known);
  if (fault !== undefined) throw new ScimError('invalidValue', { detail: fault });
  return read;
}

interface Known {
  /** The ids of the packs that a tenant can have. */
  readonly packs: readonly string[];
}

const policyEnvelope = z.strictObject({ policy: policySchema });

/** Tells what contradicts itself in a policy, or names what there is not: sentences that begin with `policy.`. */
export function* policyFaults(policy: Policy, { packs }: Known): Generator<string> {
  yield* packFaults(policy, packs);
  yield* pathFaults(policy);
  yield* roleFaults(policy);
  const { daysMin, daysMax } = policy.keys;
  if (daysMin > daysMax) yield 'policy.keys.daysMin must not exceed policy.keys.daysMax';
}

function* packFaults({ endpoint }: Policy, known: readonly string[]): Generator<string> {
  for (const id of endpoint.packs.filter((one) => !known.includes(one))) {
    yield `policy.endpoint.packs names "${id.slice(0, 64)}": this deployment has ${known.join(', ')}`;
  }
}

function* pathFaults({ users, accounts }: Policy): Generator<string> {
  const named = {
    'users.required': users.required,
    'users.unique': users.unique,
    'accounts.attributes': Object.values(accounts.attributes),
    'accounts.ignored': accounts.ignored,
  };
  for (const [setting, paths] of Object.entries(named)) {
    for (const path of paths.filter((one) => !isAttribute(one))) {
      yield `policy.${setting} names "${path.slice(0, 200)}", which is no attribute of a User`;
    }
  }
}

/** Extensions of packs are known to their tenants only; a path with another URN is taken as it is. */
function isAttribute(path: string): boolean {
  if (path.startsWith('urn:') && !path.startsWith(enterprise)) return true;
  try {
    attributeValues({}, userType, path);
    return true;
  } catch {
    return false;
  }
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function* roleFaults({ roles, groups }: Policy): Generator<string> {
  const named = [
    ['roles.default', roles.default] as const,
    ...groups.toRoles.map(({ role }) => ['groups.toRoles', role] as const),
  ];
  for (const [setting, role] of named.filter(([, one]) => !roles.known.includes(one))) {
    yield `policy.${setting} names the role "${role}": policy.roles.known has ${roles.known.join(', ')}`;
  }
}
