import { limits } from '../../base/limits.ts';
import { ScimError } from '../../scim/errors.ts';
import type { Condition } from '../../scim/filter/condition.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupType, userType } from '../../scim/schema/resource-types.ts';
import { presentMembers, queryMemberships } from '../members/memberships.ts';
import type { DirectoryScope } from '../scope.ts';

/** The attributes that are stored as memberships instead of in the resource, by resource type name. */
const edgeSides: Readonly<Record<string, Edge>> = {
  [userType.name]: { attribute: 'groups', own: 'user', other: 'group' },
  [groupType.name]: { attribute: 'members', own: 'group', other: 'user' },
};

interface Edge {
  readonly attribute: string;
  /** The side of a membership that the resource itself is. */
  readonly own: 'group' | 'user';
  readonly other: 'group' | 'user';
}

/** The attribute of a type that is stored as memberships; `undefined` if it has none. */
export function edgeAttribute(type: ResourceType): string | undefined {
  return edgeSides[type.name]?.attribute;
}

const nothing: Condition = { kind: 'in', path: ['id'], values: [] };

interface Unresolved {
  readonly condition: Condition;
  /** The id of the only resource that may match. */
  readonly candidate?: string;
  /** The number of ids that the filter as a whole may still use. It counts down. */
  readonly room?: { ids: number };
}

/**
 * Replaces comparisons of memberships (`members.value eq "x"`) with the ids of the resources that they select, so
 * that the store can match the condition against documents. With `candidate`, each membership is one point read.
 *
 * Throws ScimError `invalidFilter`, and `tooMany` above `limits.filterIdsMax` ids.
 */
export async function resolveEdges(
  scope: DirectoryScope,
  type: ResourceType,
  { condition, candidate, room = { ids: limits.filterIdsMax } }: Unresolved,
): Promise<Condition> {
  const resolve = (inner: Condition) => resolveEdges(scope, type, { condition: inner, candidate, room });
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, conditions: await Promise.all(condition.conditions.map(resolve)) };
    case 'not':
      return { kind: 'not', condition: await resolve(condition.condition) };
    case 'any':
    case 'present':
      break;
    default:
      return condition;
  }
  const edge = edgeSides[type.name];
  if (!edge || condition.path[1] !== edge.attribute) return condition;
  if (condition.kind === 'present') return presence(type, edge.attribute);
  const values = wantedValues(condition.condition, edge.attribute);
  const ids =
    candidate === undefined
      ? await ownIds(scope, edge, { values, room })
      : await linkedIds(scope, edge, { candidate, values });
  return ids.length === 0 ? nothing : { kind: 'in', path: ['id'], values: ids };
}

function presence(type: ResourceType, attribute: string): Condition {
  if (type.name === groupType.name) return { kind: 'compare', path: ['memberCount'], op: 'gt', value: 0 };
  throw unsupported(attribute);
}

/** The ids on the other side of a membership that its condition asks for. */
function wantedValues(condition: Condition, attribute: string): readonly string[] {
  if (condition.kind === 'or') return condition.conditions.flatMap((inner) => wantedValues(inner, attribute));
  if (condition.kind === 'compare' && condition.op === 'eq' && condition.path[0] === 'value') {
    return typeof condition.value === 'string' ? [condition.value] : [];
  }
  throw unsupported(attribute);
}

function unsupported(attribute: string): ScimError {
  return new ScimError('invalidFilter', {
    detail: `A filter can compare ${attribute} only by ${attribute}.value with eq`,
  });
}

async function ownIds(
  scope: DirectoryScope,
  edge: Edge,
  { values, room }: { values: readonly string[]; room: { ids: number } },
): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const membership of queryMemberships(scope, edge.other, values)) {
    room.ids -= 1;
    if (room.ids < 0) throw tooMany(edge.attribute);
    ids.add(membership[edge.own]);
  }
  return [...ids];
}

function tooMany(attribute: string): ScimError {
  return new ScimError('tooMany', {
    detail:
      `${attribute}.value matches more than ${limits.filterIdsMax} resources: ` +
      'add `id eq "…"` to ask about one of them, or read the members of the group',
  });
}

/** The id of the candidate if it has a membership with one of the values. */
async function linkedIds(
  scope: DirectoryScope,
  edge: Edge,
  { candidate, values }: { candidate: string; values: readonly string[] },
): Promise<readonly string[]> {
  for (const value of values) {
    const group = edge.own === 'group' ? candidate : value;
    const user = edge.own === 'group' ? value : candidate;
    if ((await presentMembers(scope, group, [user])).has(user)) return [candidate];
  }
  return [];
}
