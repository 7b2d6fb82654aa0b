import { credentialAdvice } from '../../lib/auth/advice.ts';
import { type OAuthErrorCode, oauthErrors } from '../../lib/auth/oauth-error.ts';
import { keyErrorCodes } from '../../lib/manage/row.ts';
import { type ErrorCode, errorCatalogue } from '../../lib/scim/errors.ts';
import { type Node, type SourceFile, sourceFiles } from '../house/source.ts';
import { nameOf, nodesIn, sentencesOf, textOf } from './read-sentence.ts';

/** One sentence that a client or an operator can get. */
export interface ErrorSentence {
  /** A code of the catalogue, or one of the token endpoint. */
  readonly code: ErrorCode | OAuthErrorCode;
  /** The sentence, with the names of its values in angle brackets. */
  readonly detail: string;
  /** The file that makes the error. */
  readonly path: string;
}

/** Functions that make an error of one code from their first argument. */
const makers: Readonly<Record<string, ErrorSentence['code']>> = {
  invalidValue: 'invalidValue',
  invalidSyntax: 'invalidSyntax',
  notFound: 'notFound',
  conflict: 'conflict',
  tooManyRequests: 'tooManyRequests',
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
  readonly code: ErrorSentence['code'];
  readonly node: Node;
  /** The expression of the detail; undefined for the sentence of the catalogue. */
  readonly detail: Node | undefined;
}

function callsInLib(): readonly { readonly file: SourceFile; readonly call: Call }[] {
  return sourceFiles('lib')
    .filter(({ path }) => path !== 'lib/scim/errors.ts')
    .flatMap((file) => [...callsIn(file), ...faultsIn(file)].map((call) => ({ file, call })));
}

function readDetails(file: SourceFile, { code, detail }: Call): readonly string[] {
  if (detail) return sentencesOf(file, detail);
  return isOAuth(code) ? [] : [errorCatalogue[code].detail];
}

/** Recognises a code of the token endpoint. */
export function isOAuth(code: ErrorSentence['code']): code is OAuthErrorCode {
  return code in oauthErrors;
}

/** The calls that make errors, also of functions of the file that pass their only argument on. */
function callsIn(file: SourceFile): readonly Call[] {
  const nodes = nodesIn(file.program);
  const local = { ...makers };
  for (const { name, parameter, body } of nodes.flatMap(functionOf)) {
    const [only, ...others] = nodesIn(body).flatMap((inner) => readCall(file, inner, makers));
    const isPassedOn = others.length === 0 && only?.detail && nameOf(only.detail) === parameter;
    if (isPassedOn) local[name] = only.code;
  }
  return nodes.flatMap((node) => readCall(file, node, local));
}

/** The name, the first parameter and the body of a function that is declared, or assigned to a constant. */
function functionOf(node: Node) {
  const isDeclared = node.type === 'FunctionDeclaration';
  const made = (isDeclared ? node : node.init) as Node | undefined;
  if (!made || !(isDeclared || made.type === 'ArrowFunctionExpression')) return [];
  const [first] = made.params as readonly Node[];
  const [name, parameter] = [nameOf(node.id as Node), first && nameOf(first)];
  return name && parameter ? [{ name, parameter, body: made.body as Node }] : [];
}

function readCall(
  file: SourceFile,
  node: Node,
  known: Readonly<Record<string, ErrorSentence['code']>>,
): readonly Call[] {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return [];
  const name = nameOf(node.callee as Node) ?? '';
  const [first, second] = node.arguments as readonly Node[];
  if (!first) return [];
  if (node.type === 'CallExpression') {
    const code = known[name];
    return code ? [{ code, node, detail: first }] : [];
  }
  const codes = sentencesOf(file, first);
  if (name === 'OAuthError')
    return codes.map((code) => ({ code: code as OAuthErrorCode, node, detail: second }));
  const [kind = ''] = codes;
  if (name === 'KeyError' && kind in keyErrorCodes) {
    return [{ code: keyErrorCodes[kind as keyof typeof keyErrorCodes], node, detail: second }];
  }
  if (name !== 'ScimError' || !(kind in errorCatalogue)) return [];
  const detail = (second?.properties as readonly Node[] | undefined)?.find(
    (one) => one.type === 'Property' && textOf(file, one.key as Node) === 'detail',
  );
  return [{ code: kind as ErrorCode, node, detail: detail?.value as Node | undefined }];
}

/** The faults of a policy, which functions with names such as `roleFaults` yield as sentences. */
function faultsIn(file: SourceFile): readonly Call[] {
  const finders = nodesIn(file.program).filter(
    ({ type, id }) => type === 'FunctionDeclaration' && nameOf(id as Node)?.endsWith('Faults'),
  );
  return finders.flatMap(nodesIn).flatMap((node) => {
    if (node.type !== 'YieldExpression' || node.delegate) return [];
    return [{ code: 'invalidValue', node, detail: node.argument as Node }];
  });
}
