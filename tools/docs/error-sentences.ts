import { credentialAdvice } from '../../lib/auth/advice.ts';
import { keyErrorCodes } from '../../lib/manage/row.ts';
import { type ErrorCode, errorCatalogue } from '../../lib/scim/errors.ts';
import { type Node, type SourceFile, sourceFiles } from '../house/source.ts';

/** One sentence that a client or an operator can get. */
export interface ErrorSentence {
  readonly code: ErrorCode;
  /** The sentence, with the names of its values in angle brackets. */
  readonly detail: string;
  /** The file that makes the error. */
  readonly path: string;
}

/** Functions that make an error of one code from their first argument. */
const makers: Readonly<Record<string, ErrorCode>> = {
  invalidValue: 'invalidValue',
  invalidSyntax: 'invalidSyntax',
  notFound: 'notFound',
  conflict: 'conflict',
};

/** Collects the sentences of all errors from the code that makes them. */
export function errorSentences(): readonly ErrorSentence[] {
  const own = credentialAdvice.map(
    (detail) => ({ code: 'unauthenticated', detail, path: 'lib/auth' }) as const,
  );
  const found = callsInLib().flatMap(({ file, call }) =>
    readDetails(file, call).map((detail) => ({ code: call.code, detail, path: file.path })),
  );
  const all = [...own, ...found];
  return all.filter(
    (one, index) => all.findIndex(({ code, detail }) => code === one.code && detail === one.detail) === index,
  );
}

/** Counts the places that make an error, and those whose sentence is made elsewhere, such as in an argument. */
export function countMakers(): { readonly places: number; readonly withoutSentence: readonly string[] } {
  const calls = callsInLib();
  const withoutSentence = calls.flatMap(({ file, call }) =>
    readDetails(file, call).length === 0 ? `${file.path}: ${textOf(file, call.node).split('\n')[0]}` : [],
  );
  return { places: calls.length, withoutSentence };
}

interface Call {
  readonly code: ErrorCode;
  readonly node: Node;
  /** The expression of the detail; undefined for the sentence of the catalogue. */
  readonly detail: Node | undefined;
}

function callsInLib(): readonly { readonly file: SourceFile; readonly call: Call }[] {
  return sourceFiles('lib')
    .filter(({ path }) => path !== 'lib/scim/errors.ts')
    .flatMap((file) => callsIn(file).map((call) => ({ file, call })));
}

function readDetails(file: SourceFile, { code, detail }: Call): readonly string[] {
  if (!detail) return [errorCatalogue[code].detail];
  return sentencesOf(file, detail, 0);
}

/** The calls that make errors, also of functions of the file that pass their only argument on. */
function callsIn(file: SourceFile): readonly Call[] {
  const nodes = nodesIn(file.program);
  const local = { ...makers };
  for (const node of nodes.filter(({ type }) => type === 'FunctionDeclaration')) {
    const [parameter] = node.params as readonly Node[];
    const made = nodesIn(node.body as Node).flatMap((inner) => readCall(file, inner, makers));
    const [only] = made;
    const name = parameter && nameOf(parameter);
    const isPassedOn =
      made.length === 1 && name !== undefined && only?.detail && nameOf(only.detail) === name;
    if (isPassedOn) local[nameOf(node.id as Node) ?? ''] = only.code;
  }
  return nodes.flatMap((node) => readCall(file, node, local));
}

function readCall(file: SourceFile, node: Node, known: Readonly<Record<string, ErrorCode>>): readonly Call[] {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return [];
  const name = nameOf(node.callee as Node) ?? '';
  const [first, second] = node.arguments as readonly Node[];
  if (node.type === 'CallExpression') {
    const code = known[name];
    return code && first ? [{ code, node, detail: first }] : [];
  }
  const kind = String(first?.value);
  if (name === 'KeyError' && kind in keyErrorCodes) {
    return [{ code: keyErrorCodes[kind as keyof typeof keyErrorCodes], node, detail: second }];
  }
  const code = first && (first.value as ErrorCode);
  if (name !== 'ScimError' || !code || !(code in errorCatalogue)) return [];
  const detail = (second?.properties as readonly Node[] | undefined)?.find(
    (one) => one.type === 'Property' && textOf(file, one.key as Node) === 'detail',
  );
  return [{ code, node, detail: detail?.value as Node | undefined }];
}

/** Writes the sentences that an expression can have; none if it is made elsewhere. */
function sentencesOf(file: SourceFile, node: Node, depth: number): readonly string[] {
  switch (node.type) {
    case 'Literal':
      return [String(node.value)];
    case 'TemplateLiteral':
      return [templateOf(file, node)];
    case 'BinaryExpression': {
      const [left] = sentencesOf(file, node.left as Node, depth);
      const [right] = sentencesOf(file, node.right as Node, depth);
      return left === undefined || right === undefined ? [] : [left + right];
    }
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].flatMap((one) => sentencesOf(file, one as Node, depth));
    case 'Identifier': {
      const nodes = nodesIn(file.program);
      const functions = nodes.filter(({ type }) => /Function/.test(type));
      const isSeen = (one: Node) =>
        functions.filter((outer) => encloses(outer, one)).every((outer) => encloses(outer, node));
      const declared = nodes.filter(
        (one) =>
          one.type === 'VariableDeclarator' &&
          one.init &&
          nameOf(one.id as Node) === node.name &&
          isSeen(one),
      );
      return depth > 3 ? [] : declared.flatMap((one) => sentencesOf(file, one.init as Node, depth + 1));
    }
    default:
      return [];
  }
}

function templateOf(file: SourceFile, { quasis, expressions }: Node): string {
  const texts = (quasis as readonly Node[]).map(({ value }) => (value as { cooked: string }).cooked);
  const values = (expressions as readonly Node[]).map((one) => `<${placeholderOf(textOf(file, one))}>`);
  return texts.map((text, index) => text + (values[index] ?? '')).join('');
}

/** Names a value by the last name in its expression, in words. */
function placeholderOf(expression: string): string {
  const names = expression.replace(/\.(slice|join|replaceAll|map)\(.*$/s, '').match(/[A-Za-z_]\w*/g) ?? [];
  return (names.at(-1) ?? 'value').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

const encloses = (outer: Node, inner: Node) => outer.start <= inner.start && inner.end <= outer.end;
const textOf = ({ text }: SourceFile, { start, end }: Node) => text.slice(start, end);
const nameOf = (node: Node) => (node.type === 'Identifier' ? String(node.name) : undefined);

function nodesIn(node: Node): readonly Node[] {
  const inner = Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]));
  const nodes = inner.filter((one): one is Node => typeof one?.type === 'string');
  return [node, ...nodes.flatMap(nodesIn)];
}
