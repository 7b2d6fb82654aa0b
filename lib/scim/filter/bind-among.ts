import type { ResourceType } from '../schema/attribute.ts';
import { resolvePath } from '../schema/lookup.ts';
import type { Filter } from './ast.ts';
import { bindFilter, type Locate } from './bind.ts';
import type { Condition } from './condition.ts';
import { matches } from './matches.ts';

/** A condition, or whether every resource of the type satisfies it or none does. */
export type Bound = Condition | boolean;

interface Among {
  /** The resource types that the query spans. */
  readonly types: readonly ResourceType[];
  readonly locate?: Locate;
}

/**
 * Resolves the filter of a query that may span several resource types against one of them: an attribute that only
 * others have is unassigned here (RFC 7644 3.4.2.1), and `meta.resourceType` is known.
 *
 * @throws ScimError `invalidFilter` as `bindFilter` does, for an attribute that no type has.
 */
export function bindAmong(filter: Filter, type: ResourceType, among: Among): Bound {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return join(
        filter.kind,
        filter.filters.map((term) => bindAmong(term, type, among)),
      );
    case 'not': {
      const condition = bindAmong(filter.filter, type, among);
      return typeof condition === 'boolean' ? !condition : { kind: 'not', condition };
    }
    default:
      return bindTerm(filter, type, among);
  }
}

type Term = Exclude<Filter, { kind: 'and' | 'or' | 'not' }>;

function bindTerm(term: Term, type: ResourceType, { types, locate }: Among): Bound {
  const resolved = resolvePath(type, term.path);
  if (resolved?.attribute?.name === 'meta' && resolved.sub?.name === 'resourceType') {
    return matches(bindFilter(term, type), { meta: { resourceType: type.name } });
  }
  const owner = resolved ? type : types.find((other) => resolvePath(other, term.path));
  const condition = bindFilter(term, owner ?? type, locate);
  return owner === type ? condition : matches(condition, {});
}

function join(kind: 'and' | 'or', terms: readonly Bound[]): Bound {
  const decisive = kind === 'or';
  if (terms.includes(decisive)) return decisive;
  const conditions = terms.filter((term) => typeof term !== 'boolean');
  const [first, ...others] = conditions;
  if (!first) return !decisive;
  return others.length === 0 ? first : { kind, conditions };
}
