import type { CompareOp, CompValue } from '../../scim/filter/ast.ts';
import type { Condition, Path } from '../../scim/filter/condition.ts';

/** Adds a value to the parameters of the statement. Yields the name of the parameter. */
type Bind = (value: CompValue) => string;

type Compare = Condition & { readonly kind: 'compare' };

/**
 * Writes a condition on the document or element named `root` as Cosmos SQL. Every value becomes a parameter.
 *
 * In SQL, a comparison with a value that is absent or of another type is undefined, and so is its negation with
 * `NOT`. So a negation is written as the opposite condition. Then each document matches either a condition or its
 * negation, as with `matches()`.
 */
export function sqlCondition(condition: Condition, root: string, bind: Bind): string {
  return write(condition, { root, bind, isNegated: false });
}

/**
 * Writes the path of a property of the document or element named `root` as Cosmos SQL. Throws an Error for a name
 * that cannot be quoted.
 */
export function sqlPath(root: string, path: Path): string {
  return root + path.map((name) => `[${quoted(name)}]`).join('');
}

interface Place {
  readonly root: string;
  readonly bind: Bind;
  readonly isNegated: boolean;
}

function write(condition: Condition, place: Place): string {
  const { root, bind, isNegated } = place;
  switch (condition.kind) {
    case 'compare':
      return compare(condition, sqlPath(root, condition.path), place);
    case 'present':
      return present(sqlPath(root, condition.path), isNegated);
    case 'in':
      return oneOf(sqlPath(root, condition.path), condition.values.map(bind), isNegated);
    case 'and':
    case 'or':
      return joined(condition, place);
    case 'not':
      return write(condition.condition, { ...place, isNegated: !isNegated });
    case 'any': {
      const element = `${root}e`;
      const elements = `${element} IN ${sqlPath(root, condition.path)}`;
      const inner = sqlCondition(condition.condition, element, bind);
      const exists = `EXISTS(SELECT VALUE ${element} FROM ${elements} WHERE ${inner})`;
      return isNegated ? `(NOT ${exists})` : exists;
    }
  }
}

function joined({ kind, conditions }: Condition & { kind: 'and' | 'or' }, place: Place): string {
  const isAnd = (kind === 'and') !== place.isNegated;
  const terms = conditions.map((term) => write(term, place));
  if (terms.length === 0) return String(isAnd);
  return `(${terms.join(isAnd ? ' AND ' : ' OR ')})`;
}

function compare({ op, value }: Compare, path: string, { bind, isNegated }: Place): string {
  if (op === 'eq' || op === 'ne') {
    const isEqual = (op === 'eq') !== isNegated;
    if (value === null) return isEqual ? absent(path) : `(NOT ${absent(path)})`;
    return isEqual ? `${path} = ${bind(value)}` : otherwise(path, value, `${path} != ${bind(value)}`);
  }
  const [holds, fails] = comparisons[op];
  const isComparable = typeof value === 'string' || (typeof value === 'number' && !isTextual(op));
  if (!isComparable) return String(isNegated);
  if (!isNegated) return holds(path, bind(value));
  return otherwise(path, value, fails(path, bind(value)));
}

type Write = (path: string, value: string) => string;

const call =
  (name: string): Write =>
  (path, value) =>
    `${name}(${path}, ${value})`;
const not =
  (inner: Write): Write =>
  (path, value) =>
    `NOT ${inner(path, value)}`;
const infix =
  (operator: string): Write =>
  (path, value) =>
    `${path} ${operator} ${value}`;

/** The SQL of each comparison, and of its opposite among values of the same type. */
const comparisons: Readonly<Record<Exclude<CompareOp, 'eq' | 'ne'>, readonly [Write, Write]>> = {
  co: [call('CONTAINS'), not(call('CONTAINS'))],
  sw: [call('STARTSWITH'), not(call('STARTSWITH'))],
  ew: [call('ENDSWITH'), not(call('ENDSWITH'))],
  gt: [infix('>'), infix('<=')],
  ge: [infix('>='), infix('<')],
  lt: [infix('<'), infix('>=')],
  le: [infix('<='), infix('>')],
};

const isTextual = (op: CompareOp) => op === 'co' || op === 'sw' || op === 'ew';

const typeTests = { string: 'IS_STRING', number: 'IS_NUMBER', boolean: 'IS_BOOL' } as const;

/** The negation of a comparison: the value is absent or of another type, or `fails` holds for it. */
function otherwise(path: string, value: string | number | boolean, fails: string): string {
  const isOfType = typeTests[typeof value as keyof typeof typeTests];
  return `(NOT ${isOfType}(${path}) OR ${fails})`;
}

function oneOf(path: string, names: readonly string[], isNegated: boolean): string {
  if (names.length === 0) return String(isNegated);
  const list = names.join(', ');
  return isNegated ? otherwise(path, '', `NOT (${path} IN (${list}))`) : `${path} IN (${list})`;
}

const absent = (path: string) => `(NOT IS_DEFINED(${path}) OR IS_NULL(${path}))`;

function present(path: string, isNegated: boolean): string {
  const empty = [
    absent(path),
    `(IS_STRING(${path}) AND ${path} = "")`,
    `(IS_ARRAY(${path}) AND ARRAY_LENGTH(${path}) = 0)`,
    `(IS_OBJECT(${path}) AND ${path} = {})`,
  ].join(' OR ');
  return isNegated ? `(${empty})` : `(NOT (${empty}))`;
}

function quoted(name: string): string {
  if (/[\p{Cc}"\\]/u.test(name)) throw new Error(`Not a property name: ${JSON.stringify(name)}`);
  return `"${name}"`;
}
