import type { CompValue } from '../scim/filter/ast.ts';
import type { Condition } from '../scim/filter/condition.ts';

/** Matches documents with all of the values at their top; no condition where none is given. */
export function whereEqual(values: Readonly<Record<string, CompValue | undefined>>): Condition | undefined {
  const conditions = Object.entries(values).flatMap(([name, value]): Condition[] =>
    value === undefined ? [] : [{ kind: 'compare', path: [name], op: 'eq', value }],
  );
  return conditions.length > 1 ? { kind: 'and', conditions } : conditions[0];
}
