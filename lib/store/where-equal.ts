import type { CompValue } from '../scim/filter/ast.ts';
import type { Condition } from '../scim/filter/condition.ts';

/** The condition that top-level properties have all of the values; `undefined` if there are no values. */
export function whereEqual(values: Readonly<Record<string, CompValue | undefined>>): Condition | undefined {
  const conditions = Object.entries(values).flatMap(([name, value]): Condition[] =>
    value === undefined ? [] : [{ kind: 'compare', path: [name], op: 'eq', value }],
  );
  return conditions.length > 1 ? { kind: 'and', conditions } : conditions[0];
}
