import type { CompareOp, CompValue } from './ast.ts';
import type { Condition, Path } from './condition.ts';

/** Tests if a normalised document or element satisfies a condition (RFC 7644 3.4.2.2). */
export function matches(condition: Condition, value: unknown): boolean {
  switch (condition.kind) {
    case 'compare':
      return compare(valueAt(value, condition.path), condition.op, condition.value);
    case 'present':
      return isPresent(valueAt(value, condition.path));
    case 'in': {
      const found = valueAt(value, condition.path);
      return typeof found === 'string' && setOf(condition.values).has(found);
    }
    case 'and':
      return condition.conditions.every((term) => matches(term, value));
    case 'or':
      return condition.conditions.some((term) => matches(term, value));
    case 'not':
      return !matches(condition.condition, value);
    case 'any': {
      const elements = valueAt(value, condition.path);
      return Array.isArray(elements) && elements.some((element) => matches(condition.condition, element));
    }
  }
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Makes the set of a list only once, because many values are compared with it. */
function setOf(values: readonly string[]): ReadonlySet<string> {
  const known = sets.get(values);
  if (known) return known;
  const set = new Set(values);
  sets.set(values, set);
  return set;
}

/** The value at a path; `undefined` if there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

function compare(found: unknown, op: CompareOp, literal: CompValue): boolean {
  const value = found ?? null;
  if (op === 'eq') return value === literal;
  if (op === 'ne') return value !== literal;
  if (typeof value === 'string' && typeof literal === 'string') return compareText(value, op, literal);
  return typeof value === 'number' && typeof literal === 'number' && compareOrder(value, op, literal);
}

function compareText(value: string, op: CompareOp, literal: string): boolean {
  switch (op) {
    case 'co':
      return value.includes(literal);
    case 'sw':
      return value.startsWith(literal);
    case 'ew':
      return value.endsWith(literal);
    default:
      return compareOrder(value, op, literal);
  }
}

function compareOrder<T extends string | number>(value: T, op: CompareOp, literal: T): boolean {
  switch (op) {
    case 'gt':
      return value > literal;
    case 'ge':
      return value >= literal;
    case 'lt':
      return value < literal;
    case 'le':
      return value <= literal;
    default:
      return false;
  }
}

/** Treats null and empty strings, arrays and objects as unassigned (RFC 7643 2.5). */
function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
