import { runtimeOf } from './deploy.ts';
import { type Fields, functions, isFields, type Value } from './evaluate.ts';

/**
 * Replaces the expressions that the compiler leaves in a snapshot, such as `[reference('…').clientId]`, by values.
 * Deployed resources have the properties that deploy() assumes.
 */
export function resolveExpressions(value: Value): Value {
  if (typeof value === 'string') {
    return /^\[[^[].*\]$/s.test(value) ? evaluateText(value.slice(1, -1)) : value.replace(/^\[\[/, '[');
  }
  if (Array.isArray(value)) return value.map(resolveExpressions);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [String(resolveExpressions(key)), resolveExpressions(inner)]),
  );
}

/** A part of an expression; `item` is the argument of the lambda around it. */
type Term = (item: Value) => Value;

function evaluateText(text: string): Value {
  const tokens = text.match(/'(?:[^']|'')*'|\w+|[()[\],.]/g) ?? [];
  const term = readTerm(tokens);
  if (tokens.length > 0) throw new Error(`${text} goes on after its end`);
  return term(null);
}

function readTerm(tokens: string[]): Term {
  const token = tokens.shift() ?? '';
  const term = /^['\d]/.test(token) ? literal(token) : call(token, readArguments(tokens));
  return readMembers(term, tokens);
}

function literal(token: string): Term {
  const value = token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : Number(token);
  return () => value;
}

function readArguments(tokens: string[]): readonly Term[] {
  const args: Term[] = [];
  for (tokens.shift(); tokens[0] !== ')'; ) {
    if (tokens[0] === ',') tokens.shift();
    args.push(readTerm(tokens));
  }
  tokens.shift();
  return args;
}

function readMembers(owner: Term, tokens: string[]): Term {
  if (tokens[0] !== '.' && tokens[0] !== '[') return owner;
  const isIndex = tokens.shift() === '[';
  const name = tokens.shift() ?? '';
  if (isIndex) tokens.shift();
  const member: Term = (item) => {
    const value = (owner(item) as Fields)[name];
    if (value === undefined) throw new Error(`There is no ${name} in what a snapshot reads`);
    return value;
  };
  return readMembers(member, tokens);
}

function call(name: string, args: readonly Term[]): Term {
  if (name === 'lambda' && args[1]) return args[1];
  if (name === 'lambdaVariables') return (item) => item;
  if (name === 'filter') {
    const [list, holds] = args;
    return (outer) => (list?.(outer) as Value[] | undefined)?.filter((item) => holds?.(item)) ?? [];
  }
  const evaluate = leftOpen[name] ?? functions[name];
  if (!evaluate) throw new Error(`${name}() is not evaluated in a snapshot`);
  return (item) =>
    evaluate(
      args.map((arg) => arg(item)),
      '',
    );
}

/** Functions of ARM templates that the compiler writes, beside those of Bicep. */
const leftOpen: typeof functions = {
  format: ([pattern, ...values]) =>
    String(pattern).replaceAll(/\{(\d+)\}/g, (_, index) => String(values[index])),
  split: ([text, separator]) => String(text).split(String(separator)),
  not: ([value]) => !value,
  tenant: () => functions.subscription?.([], '') ?? null,
  reference: ([id]) => runtimeOf(typeIn(String(id))),
  resourceId: ([subscription, group, type, ...names]) =>
    within(`/subscriptions/${subscription}/resourceGroups/${group}`, type, names),
  extensionResourceId: ([scope, type, ...names]) => within(String(scope), type, names),
};

/** The id of a resource, in which each name follows its part of the type. */
function within(scope: string, type: Value | undefined, names: readonly Value[]): string {
  const [provider, ...kinds] = String(type).split('/');
  return `${scope}/providers/${provider}/${kinds.map((kind, index) => `${kind}/${names[index]}`).join('/')}`;
}

function typeIn(id: string): string {
  const parts = id.split('/providers/').at(-1)?.split('/') ?? [];
  return parts.filter((_, index) => index === 0 || index % 2 === 1).join('/');
}
