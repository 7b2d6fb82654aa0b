import type { Filter } from '../../scim/filter/ast.ts';
import { type Bound, bindAmong } from '../../scim/filter/bind-among.ts';
import type { Condition, Path } from '../../scim/filter/condition.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';

/**
 * Resolves a filter for the documents of one type in a query that spans several (RFC 7644 3.4.2.1): a condition, or
 * whether all of them match or none. Throws ScimError `invalidFilter`.
 */
export function bindWhere(filter: Filter, type: ResourceType, types: readonly ResourceType[]): Bound {
  const bound = bindAmong(filter, type, { types, root: ['search'] });
  return typeof bound === 'boolean' ? bound : relocate(bound);
}

/** What can change without the resource, or names the document itself, stands at the top of a document. */
function relocate(condition: Condition): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, conditions: condition.conditions.map(relocate) };
    case 'not':
      return { kind: 'not', condition: relocate(condition.condition) };
    default:
      return { ...condition, path: relocatePath(condition.path) };
  }
}

function relocatePath(path: Path): Path {
  if (path[0] !== 'search') return path;
  if (path.length === 2 && path[1] === 'id') return ['id'];
  return path[1] === 'meta' && path[2] === 'lastModified' ? ['lastModified'] : path;
}
