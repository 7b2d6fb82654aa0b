import { type Json, type JsonObject, urns } from '../client/json.ts';
import type { Random } from '../client/random.ts';
import { buildUser } from './attributes.ts';
import type { Group, User } from './model.ts';
import { hasOlderShape } from './people.ts';

/** Writes the body with which Entra ID creates a user. */
export function createUserBody(user: User): JsonObject {
  const resource = buildUser(user.source);
  const older = hasOlderShape(user.index);
  return {
    schemas: [urns.user, older ? urns.enterpriseMalformed : urns.enterprise],
    ...resource,
    ...(older ? unassigned : {}),
    meta: { resourceType: 'User' },
    roles: resource.roles ?? [],
  };
}

const unassigned: JsonObject = {
  addresses: null,
  phoneNumbers: null,
  preferredLanguage: null,
  title: null,
  department: null,
  manager: null,
};

/** Writes the body with which Entra ID creates a group, always without members. */
export function createGroupBody(group: Group): JsonObject {
  return {
    schemas: [urns.group, urns.adGroup],
    externalId: group.source.externalId,
    displayName: group.source.displayName,
    meta: { resourceType: 'Group' },
  };
}

/** Wraps PATCH operations, with the keys in either order as Entra ID does. */
export function patchBody(operations: readonly Json[], random: Random): JsonObject {
  const schemas = [urns.patchOp];
  return random.chance(0.5) ? { schemas, Operations: operations } : { Operations: operations, schemas };
}
