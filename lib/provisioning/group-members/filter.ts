import type { Membership } from '../../directory/members/memberships.ts';
import { ScimError } from '../../scim/errors.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import { bindFilter } from '../../scim/filter/bind.ts';
import type { Condition } from '../../scim/filter/condition.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';

/** The id of a membership as a resource, made of those of its two ends, neither of which has a dot. */
export function membershipId({ group, user }: Membership): string {
  return `${group}.${user}`;
}

/** The two ends that the id of a membership names; `undefined` for what can be no such id. */
export function endsOfId(id: string): Membership | undefined {
  const [group, user, ...more] = id.split('.');
  return group && user && more.length === 0 ? { group, user } : undefined;
}

/**
 * What a filter on memberships leaves open: one end or none; `undefined` when nothing can satisfy it.
 *
 * Throws ScimError `invalidFilter` for anything but equalities with `group.value`, `member.value` and `id`.
 */
export function endsOfFilter(filter: Filter, type: ResourceType): Partial<Membership> | undefined {
  const condition = bindFilter(filter, type);
  const terms = condition.kind === 'and' ? condition.conditions : [condition];
  const ends: { group?: string; user?: string } = {};
  for (const term of terms) {
    const named = endsOfTerm(term);
    if (!named) return undefined;
    if (conflict(ends.group, named.group) || conflict(ends.user, named.user)) return undefined;
    Object.assign(ends, named);
  }
  return ends;
}

const conflict = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && a !== b;

function endsOfTerm(term: Condition): Partial<Membership> | undefined {
  if (term.kind !== 'compare' || term.op !== 'eq' || typeof term.value !== 'string') throw unsupported();
  switch (term.path.join('.')) {
    case 'group.value':
      return { group: term.value };
    case 'member.value':
      return { user: term.value };
    case 'id':
      return endsOfId(term.value);
    default:
      throw unsupported();
  }
}

function unsupported(): ScimError {
  return new ScimError('invalidFilter', {
    detail: 'GroupMember can only be filtered by group.value, member.value and id with eq, joined by and',
  });
}
