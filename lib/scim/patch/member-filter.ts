import { ScimError } from '../errors.ts';
import type { Filter } from '../filter/ast.ts';
import { bindValueFilter } from '../filter/bind.ts';
import { matches } from '../filter/matches.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';
import { normaliseValue } from '../schema/search-form.ts';
import type { Member } from './member-values.ts';

/**
 * Makes the predicate of a filter in `members[…]`; a member without a type counts as a User. Throws
 * `invalidFilter` for anything but `value` and `type`, since memberships hold nothing else.
 */
export function memberPredicate(filter: Filter, members: Attribute): (member: Member) => boolean {
  requireMembershipNames(filter);
  const condition = bindValueFilter(filter, members);
  const [valueAttribute = members, typeAttribute = members] = ['value', 'type'].map((name) =>
    findAttribute(members.subAttributes ?? [], name),
  );
  return ({ value, type = 'User' }) =>
    matches(condition, {
      value: normaliseValue(value, valueAttribute),
      type: normaliseValue(type, typeAttribute),
    });
}

/** The ids that a filter names when it is `value eq "x"` or an `or` of such, otherwise `undefined`. */
export function namedIds(filter: Filter): readonly string[] | undefined {
  const terms = filter.kind === 'or' ? filter.filters : [filter];
  const ids = terms.map((term) => {
    if (term.kind !== 'compare' || term.op !== 'eq' || term.path.name.toLowerCase() !== 'value')
      return undefined;
    return typeof term.value === 'string' ? term.value : undefined;
  });
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

function requireMembershipNames(filter: Filter): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const term of filter.filters) requireMembershipNames(term);
      return;
    case 'not':
      requireMembershipNames(filter.filter);
      return;
    default:
      if (/^(?:value|type)$/i.test(filter.path.name)) return;
      throw new ScimError('invalidFilter', {
        detail: 'Members of a group can be selected by "value" and "type" only',
      });
  }
}
