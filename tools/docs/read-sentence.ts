import type { Node, SourceFile } from '../house/source.ts';

/** The sentences that an expression can have, with values in angle brackets; none if they are made elsewhere. */
export function sentencesOf(file: SourceFile, node: Node, depth = 0): readonly string[] {
  switch (node.type) {
    case 'Literal':
      return [String(node.value)];
    case 'TemplateLiteral':
      return [templateOf(file, node, depth)];
    case 'BinaryExpression': {
      const [left] = sentencesOf(file, node.left as Node, depth);
      const [right] = sentencesOf(file, node.right as Node, depth);
      return left === undefined || right === undefined ? [] : [left + right];
    }
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].flatMap((one) => sentencesOf(file, one as Node, depth));
    case 'Identifier':
      return depth > 3
        ? []
        : declarationsOf(file, node).flatMap((one) => sentencesOf(file, one.init as Node, depth + 1));
    case 'CallExpression':
      return depth > 3 ? [] : returnsOf(file, node).flatMap((one) => sentencesOf(file, one, depth + 1));
    default:
      return [];
  }
}

/** The expressions that a called function of the file returns. */
function returnsOf({ program }: SourceFile, { callee }: Node): readonly Node[] {
  const called = nodesIn(program).find(
    ({ type, id }) => type === 'FunctionDeclaration' && nameOf(id as Node) === nameOf(callee as Node),
  );
  const returns = called ? nodesIn(called.body as Node).filter(({ type }) => type === 'ReturnStatement') : [];
  return returns.flatMap(({ argument }) => (argument ? [argument as Node] : []));
}

/** The declarations of a variable in the innermost block that has one and encloses the use. */
function declarationsOf({ program }: SourceFile, use: Node): readonly Node[] {
  const { declarations, scopes } = blocksOf(program);
  const scopeOf = (one: Node) => scopes.filter((scope) => encloses(scope, one)).at(-1) ?? program;
  const seen = declarations
    .filter((one) => nameOf(one.id as Node) === use.name)
    .map((one) => ({ one, scope: scopeOf(one) }))
    .filter(({ scope }) => encloses(scope, use));
  const innermost = Math.max(...seen.map(({ scope }) => scope.start));
  return seen.filter(({ scope }) => scope.start === innermost).map(({ one }) => one);
}

interface Blocks {
  readonly declarations: readonly Node[];
  /** Functions and blocks, the outer ones first. */
  readonly scopes: readonly Node[];
}

const blocks = new WeakMap<Node, Blocks>();

function blocksOf(program: Node): Blocks {
  const known = blocks.get(program);
  if (known) return known;
  const nodes = nodesIn(program);
  const found = {
    declarations: nodes.filter(({ type, init }) => type === 'VariableDeclarator' && init),
    scopes: nodes.filter(({ type }) => type === 'BlockStatement' || /Function/.test(type)),
  };
  blocks.set(program, found);
  return found;
}

function templateOf(file: SourceFile, { quasis, expressions }: Node, depth: number): string {
  const texts = (quasis as readonly Node[]).map(({ value }) => (value as { cooked: string }).cooked);
  const values = (expressions as readonly Node[]).map((one) => {
    const known = one.type === 'Identifier' ? sentencesOf(file, one, depth) : [];
    return known.length === 1 ? known[0] : `<${placeholderOf(textOf(file, one))}>`;
  });
  return texts.map((text, index) => text + (values[index] ?? '')).join('');
}

/** Names a value by the last name in its expression, in words. */
function placeholderOf(expression: string): string {
  const names = expression.replace(/\.(slice|join|replaceAll|map)\(.*$/s, '').match(/[A-Za-z_]\w*/g) ?? [];
  return (names.at(-1) ?? 'value').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

const encloses = (outer: Node, inner: Node) => outer.start <= inner.start && inner.end <= outer.end;

/** The source of a node. */
export const textOf = ({ text }: SourceFile, { start, end }: Node) => text.slice(start, end);

/** The name of an identifier; undefined for other nodes. */
export const nameOf = (node: Node) => (node.type === 'Identifier' ? String(node.name) : undefined);

/** A node and all nodes in it. */
export function nodesIn(node: Node): readonly Node[] {
  const inner = Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]));
  const nodes = inner.filter((one): one is Node => typeof one?.type === 'string');
  return [node, ...nodes.flatMap(nodesIn)];
}
