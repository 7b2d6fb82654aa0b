import type { CompValue } from '../scim/filter/ast.ts';
import type { Condition, Path } from '../scim/filter/condition.ts';

/** Every match has one of the values at the path, which is `id` or has an equality index. */
interface Access {
  readonly path: Path;
  readonly values: readonly CompValue[];
}

/** Chooses what leads to the matches of a condition without a scan: `id` before all, then the fewest values. */
export function chooseIndex(where: Condition, indexed: readonly Path[]): Access | undefined {
  const usable = equalities(where, []).filter(
    ({ path }) => isIdPath(path) || indexed.some((candidate) => samePath(candidate, path)),
  );
  return usable.find(({ path }) => isIdPath(path)) ?? usable.reduce(fewerValues, undefined);
}

/** The condition itself where it asks for nothing but a value at one of the paths. */
export function exactEquality(where: Condition, exact: readonly Path[]): Equality | undefined {
  if (where.kind !== 'compare' || where.op !== 'eq' || where.value === null) return undefined;
  return exact.some((path) => samePath(path, where.path)) ? where : undefined;
}

type Equality = Condition & { readonly kind: 'compare' };

/** Whether a path is that of a document's own id, which needs no index. */
export function isIdPath(path: Path): boolean {
  return path.length === 1 && path[0] === 'id';
}

/** The equalities that hold for every match. An absent value equals null, and no index knows what is absent. */
function equalities(condition: Condition, base: Path): readonly Access[] {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.flatMap((term) => equalities(term, base));
    case 'any':
      return equalities(condition.condition, [...base, ...condition.path]);
    case 'in':
      return [{ path: [...base, ...condition.path], values: condition.values }];
    case 'compare':
      if (condition.op !== 'eq' || condition.value === null) return [];
      return [{ path: [...base, ...condition.path], values: [condition.value] }];
    default:
      return [];
  }
}

function fewerValues(best: Access | undefined, next: Access): Access {
  return best && best.values.length <= next.values.length ? best : next;
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
