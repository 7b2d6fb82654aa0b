import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

await Parser.init();
const grammar = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');
const parser = new Parser().setLanguage(await Language.load(grammar));

/** A parameter, variable, output, resource or module of a template. */
export interface Declaration {
  readonly name: string;
  /** `Type@version` of a resource, path of a module, type of a parameter or an output. */
  readonly type: string;
  readonly value: Node | undefined;
  readonly isExisting: boolean;
  /** Arguments of each decorator by its name. */
  readonly decorators: ReadonlyMap<string, readonly Node[]>;
}

export interface Template {
  /** Relative to the project, such as `infra/main.bicep`. */
  readonly path: string;
  readonly root: Node;
  readonly parameters: readonly Declaration[];
  readonly variables: readonly Declaration[];
  readonly types: readonly Declaration[];
  readonly resources: readonly Declaration[];
  readonly modules: readonly Declaration[];
  readonly outputs: readonly Declaration[];
}

const templates = new Map<string, Template>();

/** Reads and parses a Bicep file. */
export function readTemplate(path: string): Template {
  const template = templates.get(path) ?? parseTemplate(path, readFileSync(path, 'utf8'));
  templates.set(path, template);
  return template;
}

/** Parses the text of a Bicep file; `path` stands in the messages. */
export function parseTemplate(path: string, text: string): Template {
  const root = parser.parse(text)?.rootNode;
  if (!root) throw new Error(`${path} was not parsed`);
  const statements = root.namedChildren.filter(({ type }) => type !== 'comment');
  const of = (kind: string) =>
    statements.flatMap((node, index) =>
      node.type === kind ? [readDeclaration(node, statements[index - 1])] : [],
    );
  return {
    path,
    root,
    parameters: of('parameter_declaration'),
    variables: of('variable_declaration'),
    types: of('type_declaration'),
    resources: of('resource_declaration'),
    modules: of('module_declaration'),
    outputs: of('output_declaration'),
  };
}

/** Reads a statement, or a resource within a resource; `before` holds its decorators if it has any. */
export function readDeclaration(node: Node, before?: Node): Declaration {
  const [name, ...rest] = node.namedChildren.filter(({ type }) => type !== 'comment');
  const isTyped = /^(parameter|output|resource|module)_/.test(node.type);
  const value = rest[isTyped ? 1 : 0];
  const decorators = before?.type === 'decorators' ? before.namedChildren : [];
  return {
    name: name?.text ?? '',
    type: isTyped ? (rest[0]?.text.replaceAll("'", '') ?? '') : '',
    value,
    isExisting: node.children.some(({ type }) => type === 'existing'),
    decorators: new Map(decorators.map((decorator) => readCall(decorator.namedChildren[0]))),
  };
}

/** The name of a function or decorator and its arguments. */
export function readCall(call: Node | undefined): [string, readonly Node[]] {
  const [name, list] = call?.namedChildren ?? [];
  return [name?.text ?? '', list?.namedChildren.filter(({ type }) => type !== 'comment') ?? []];
}

/** Places that the grammar does not know, as `path:line`. */
export function syntaxErrors({ path, root }: Template): readonly string[] {
  return descendants(root)
    .filter(({ isError, isMissing }) => isError || isMissing)
    .map((node) => placeOf(path, node));
}

/** Names that expressions of the template use: of parameters, variables, resources and modules. */
export function namesUsed({ root }: Template): ReadonlySet<string> {
  return new Set(namesWithin(root).map(({ text }) => text));
}

/** Uses of names at and below a node. */
export function namesWithin(node: Node): readonly Node[] {
  return descendants(node).filter(
    (name) => name.type === 'identifier' && !(name.parent && isDeclared(name, name.parent)),
  );
}

function isDeclared(node: Node, parent: Node): boolean {
  const declares = /^(object_property$|call_expression$|\w+_declaration$)/.test(parent.type);
  return declares && parent.namedChildren[0]?.equals(node) === true;
}

/** The node and every node below it. */
export function descendants(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap(descendants)];
}

export function placeOf(path: string, { startPosition }: Node): string {
  return `${path}:${startPosition.row + 1}`;
}
