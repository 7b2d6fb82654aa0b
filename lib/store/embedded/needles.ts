import type { CompareOp } from '../../scim/filter/ast.ts';
import type { Condition } from '../../scim/filter/condition.ts';

const containing: readonly CompareOp[] = ['eq', 'co', 'sw', 'ew'];

/** Texts that the JSON of every match contains. A document that lacks one of them need not be decoded. */
export function needlesOf(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.flatMap(needlesOf);
    case 'any':
      return needlesOf(condition.condition);
    case 'compare': {
      const { op, value } = condition;
      return typeof value === 'string' && containing.includes(op) && isWellFormed(value)
        ? [escaped(value)]
        : [];
    }
    default:
      return [];
  }
}

/** Rejects a text with half a surrogate pair. JSON escapes that half only if the other half is missing. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
