import {
  type MemberChange,
  type MemberType,
  presentMembers,
  queryMemberships,
} from '../directory/memberships.ts';
import { existingResources } from '../directory/resources.ts';
import type { DirectoryScope } from '../directory/scope.ts';
import { ScimError } from '../scim/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.ts';
import { memberPredicate } from '../scim/patch/member-filter.ts';
import { readMembers } from '../scim/patch/member-values.ts';
import { type FoldedMembers, foldMembers } from '../scim/patch/members.ts';
import { findAttribute } from '../scim/schema/lookup.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';

/**
 * Takes `members` out of a valid Group; where the client asserts nothing about them, the wish is empty
 * (RFC 7644 3.5.1).
 */
export function takeMembers(
  group: JsonObject,
  asserts: boolean,
): { resource: JsonObject; wish: FoldedMembers } {
  const { members, ...resource } = group;
  if (!asserts) return { resource, wish: foldMembers([]) };
  return { resource, wish: foldMembers([{ kind: 'replace', number: 1, members: readMembers(members) }]) };
}

/** Whether a body names `members`: an empty list is a wish too, though validation leaves it out as unassigned. */
export function assertsMembers(body: JsonValue): boolean {
  return isJsonObject(body) && Object.keys(body).some((name) => name.toLowerCase() === 'members');
}

/**
 * Compares a wish with the group as it is, by reads proportional to the wish unless it names members by other than id.
 *
 * Throws ScimError `invalidValue` naming a member that does not exist.
 */
export async function planMembers(
  scope: DirectoryScope,
  group: string,
  wish: FoldedMembers,
): Promise<MemberChange> {
  const present =
    wish.clear || wish.where.length > 0
      ? await allMembers(scope, group)
      : await presentMembers(scope, group, [...wish.add.keys(), ...wish.remove]);
  const missing = [...wish.add.keys()].filter((id) => !present.has(id));
  return {
    add: await requireMembers(scope, group, missing),
    remove: new Set(leaving(wish, present)),
  };
}

function leaving({ clear, add, remove, where }: FoldedMembers, present: Present): readonly string[] {
  const attribute = findAttribute(groupType.schema.attributes, 'members');
  const predicates = attribute ? where.map((filter) => memberPredicate(filter, attribute)) : [];
  const goes = (value: string, type: MemberType) =>
    clear || remove.has(value) || predicates.some((selects) => selects({ value, type }));
  return [...present].filter(([id, type]) => !add.has(id) && goes(id, type)).map(([id]) => id);
}

type Present = ReadonlyMap<string, MemberType>;

async function allMembers(scope: DirectoryScope, group: string): Promise<Present> {
  const members = new Map<string, MemberType>();
  for await (const { user, type } of queryMemberships(scope, 'group', [group])) members.set(user, type);
  return members;
}

/** Finds the types of members to be, users first; throws ScimError `invalidValue` naming one that does not exist. */
export async function requireMembers(
  scope: DirectoryScope,
  group: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MemberType>> {
  const users = await existingResources(scope, userType, ids);
  const others = ids.filter((id) => !users.has(id));
  const groups = await existingResources(scope, groupType, others);
  const unknown = others.find((id) => !groups.has(id) || id === group);
  if (unknown !== undefined) {
    throw new ScimError('invalidValue', {
      detail: `members.value "${unknown.slice(0, 64)}" names no User or Group: create it first, or leave it out`,
    });
  }
  return new Map(ids.map((id) => [id, users.has(id) ? 'User' : 'Group']));
}
