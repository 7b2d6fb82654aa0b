import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Node } from 'web-tree-sitter';
import { placeOf, readCall } from './syntax.ts';
import { uniqueString } from './unique-string.ts';

/** What stands for a resource or a module in an expression. */
export interface Reference {
  readonly kind: 'reference';
  /** `id`, `name`, `properties`, `outputs`; throws on any other. */
  member(name: string): Value;
  nested(name: string): Value;
}
export interface Fields {
  readonly [name: string]: Value;
}
export type Value = null | boolean | number | string | readonly Value[] | Fields | Reference;

/** Where an expression stands: its file, and what the names mean there. */
export interface Scope {
  readonly path: string;
  /** Throws on a name that is not declared. */
  lookup(name: string): Value;
}

export const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'reference';

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isReference(value);

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Evaluates an expression as Bicep does; throws an Error that names the place where it cannot. */
export function evaluate(node: Node, scope: Scope): Value {
  const rule = rules[node.type];
  if (!rule) throw new Error(`${placeOf(scope.path, node)} ${node.type} is not evaluated`);
  return rule(node, scope);
}

type Rule = (node: Node, scope: Scope) => Value;

const rules: Readonly<Record<string, Rule>> = {
  string: (node, scope) => evaluateString(node, scope),
  number: ({ text }) => Number(text),
  boolean: ({ text }) => text === 'true',
  null: () => null,
  identifier: ({ text }, scope) => scope.lookup(text),
  object: (node, scope) =>
    Object.fromEntries(properties(node).map(([key, value]) => [keyOf(key, scope), evaluate(value, scope)])),
  array: (node, scope) => parts(node).map((part) => evaluate(part, scope)),
  parenthesized_expression: (node, scope) => evaluate(field(node, 0), scope),
  for_statement: (node, scope) =>
    iterate(node, scope).map((step) => evaluate(bodyOf(node), { ...scope, ...step })),
  ternary_expression: (node, scope) => evaluate(field(node, evaluate(field(node, 0), scope) ? 1 : 2), scope),
  unary_expression: (node, scope) => {
    const value = evaluate(field(node, 0), scope);
    return node.text.startsWith('!') ? !value : -Number(value);
  },
  binary_expression: (node, scope) => {
    const operator = node.childForFieldName('operator')?.text ?? '';
    const compute = operators[operator];
    if (!compute) throw new Error(`${placeOf(scope.path, node)} ${operator} is not evaluated`);
    return compute(evaluate(field(node, 0), scope), () => evaluate(field(node, 1), scope));
  },
  member_expression: (node, scope) => memberOf(node, field(node, 1).text, scope),
  subscript_expression: (node, scope) => memberOf(node, evaluate(field(node, 1), scope), scope),
  resource_expression: (node, scope) => {
    const parent = evaluate(field(node, 0), scope);
    if (!isReference(parent)) throw new Error(`${placeOf(scope.path, node)} has no resources within`);
    return parent.nested(field(node, 1).text);
  },
  call_expression: (node, scope) => {
    const [name, args] = readCall(node);
    const call = functions[name];
    if (!call) throw new Error(`${placeOf(scope.path, node)} ${name}() is not evaluated`);
    return call(
      args.map((arg) => evaluate(arg, scope)),
      scope.path,
    );
  },
};

const operators: Readonly<Record<string, (left: Value, right: () => Value) => Value>> = {
  '==': (left, right) => left === right(),
  '!=': (left, right) => left !== right(),
  '>': (left, right) => Number(left) > Number(right()),
  '&&': (left, right) => left && right(),
  '||': (left, right) => left || right(),
  '+': (left, right) => Number(left) + Number(right()),
  '*': (left, right) => Number(left) * Number(right()),
  '/': (left, right) => Math.trunc(Number(left) / Number(right())),
};

const subscriptionId = '/subscriptions/11111111-1111-1111-1111-111111111111';

/** The resource group that the templates are deployed to. */
export const resourceGroupId = `${subscriptionId}/resourceGroups/rg-muster`;

const digest = (args: readonly Value[]) => createHash('sha256').update(JSON.stringify(args)).digest('hex');

/** Functions of Bicep; `path` is the file that calls them. */
export const functions: Readonly<Record<string, (args: readonly Value[], path: string) => Value>> = {
  empty: ([value]) => value === null || value === '' || Object.keys(value ?? {}).length === 0,
  max: (args) => Math.max(...args.map(Number)),
  take: ([text, length]) => String(text).slice(0, Number(length)),
  toLower: ([text]) => String(text).toLowerCase(),
  replace: ([text, from, to]) => String(text).replaceAll(String(from), String(to)),
  concat: (args) => args.flatMap((arg) => (isList(arg) ? arg : [])),
  union: (args) => Object.assign({}, ...args),
  uniqueString: (args) => uniqueString(args.map(String)),
  guid: (args) => digest(args).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
  subscription: () => ({ tenantId: '00000000-0000-4000-8000-000000000000' }),
  resourceGroup: () => ({ id: resourceGroupId, location: 'westeurope' }),
  environment: () => ({ suffixes: { storage: 'core.windows.net' } }),
  resourceId: ([type, name]) => `${resourceGroupId}/providers/${type}/${name}`,
  subscriptionResourceId: ([type, name]) => `${subscriptionId}/providers/${type}/${name}`,
  loadJsonContent: ([file], path) => JSON.parse(readFileSync(join(dirname(path), String(file)), 'utf8')),
  cidrSubnet: ([range, bits, index]) => {
    const [base = '', size] = String(range).split('/');
    if (bits !== 24 || Number(size) > 23) throw new Error(`cidrSubnet() of ${range} is not evaluated`);
    const [first, second, third] = base.split('.');
    return `${first}.${second}.${Number(third) + Number(index)}.0/24`;
  },
};

/** The parts of an expression without its comments. */
export function parts(node: Node): readonly Node[] {
  return node.namedChildren.filter(({ type }) => type !== 'comment');
}

function field(node: Node, index: number): Node {
  const part = parts(node)[index];
  if (!part) throw new Error(`${node.text} has no part ${index}`);
  return part;
}

/** Keys and values of an object, without the resources within it. */
export function properties(node: Node): readonly [Node, Node][] {
  return parts(node)
    .filter(({ type, namedChildren: [first] }) => type === 'object_property' && !isResource(first))
    .map((property) => [field(property, 0), field(property, 1)]);
}

const isResource = (node: Node | undefined) => node?.type === 'resource_declaration';

function keyOf(key: Node, scope: Scope): string {
  return key.type === 'string' ? evaluateString(key, scope) : key.text;
}

/** One scope for every turn of a loop. */
export function iterate(loop: Node, outer: Scope): readonly Scope[] {
  const [names, list] = [field(loop, 0), evaluate(field(loop, 1), outer)];
  const [item, position] = names.type === 'identifier' ? [names.text] : parts(names).map(({ text }) => text);
  if (!isList(list)) throw new Error(`${placeOf(outer.path, loop)} does not go over a list`);
  return list.map((value, index) => ({
    path: outer.path,
    lookup: (name) => (name === item ? value : name === position ? index : outer.lookup(name)),
  }));
}

export function bodyOf(loop: Node): Node {
  return field(loop, 2);
}

function memberOf(node: Node, key: Value, scope: Scope): Value {
  const owner = evaluate(field(node, 0), scope);
  if (isReference(owner)) return owner.member(String(key));
  const value = isList(owner) || isFields(owner) ? (owner as Fields)[String(key)] : undefined;
  if (value === undefined) throw new Error(`${placeOf(scope.path, node)} there is no ${key} in ${node.text}`);
  return value;
}

function evaluateString(node: Node, scope: Scope): string {
  const text = node.namedChildren.map((part) => {
    if (part.type === 'interpolation') return String(evaluate(field(part, 0), scope));
    return part.type === 'escape_sequence' ? part.text.slice(1) : part.text;
  });
  const joined = text.join('');
  return node.text.startsWith("'''") ? joined.replace(/^\n/, '') : joined;
}
