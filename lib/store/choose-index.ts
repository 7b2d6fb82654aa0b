import type { CompValue } from '../scim/filter/ast.ts';
import type { Condition, Path } from '../scim/filter/condition.ts';
import { indexedPaths, isUsual } from './indexes.ts';

/** A path that is `id` or has an equality index. Every match has one of the values there. */
interface Access {
  readonly path: Path;
  readonly values: readonly CompValue[];
}

/** Chooses the index of a kind that finds the matches without a scan: `id` first, then the fewest values. */
export function chooseIndex(where: Condition, kind: string): Access | undefined {
  const indexed = indexedPaths(kind);
  const usable = equalities(where, []).filter(
    ({ path, values }) =>
      isIdPath(path) ||
      (indexed.some((candidate) => samePath(candidate, path)) &&
        !values.some((value) => isUsual(kind, path, value))),
  );
  return usable.find(({ path }) => isIdPath(path)) ?? usable.reduce(fewerValues, undefined);
}

/** Recognises a condition whose matches no index finds, so that all documents of the kind are searched. */
export function isScan(kind: string, where: Condition): boolean {
  return chooseIndex(where, kind) === undefined;
}

/** The condition itself, if it only compares one of the paths with a value; otherwise `undefined`. */
export function exactEquality(where: Condition, exact: readonly Path[]): Equality | undefined {
  if (where.kind !== 'compare' || where.op !== 'eq' || where.value === null) return undefined;
  return exact.some((path) => samePath(path, where.path)) ? where : undefined;
}

type Equality = Condition & { readonly kind: 'compare' };

/** Recognises the path of a document's own id, which needs no index. */
export function isIdPath(path: Path): boolean {
  return path.length === 1 && path[0] === 'id';
}

/** The equalities that hold for every match, except those with null: no index has absent values. */
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

/** Compares two paths. */
export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
