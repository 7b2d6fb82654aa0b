import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

export interface SourceFile {
  /** Relative to the project, such as `lib/app/services.ts`. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly comments: readonly Comment[];
  /** Imports of every kind, of types too: paths of the project, packages and `node:` modules. */
  readonly imports: readonly string[];
  /** Each name once, although an overloaded function or a type beside a value declares it more often. */
  readonly exports: readonly string[];
}

export interface Comment {
  readonly start: number;
  readonly end: number;
  /** Without its marks, and without the star before each line. */
  readonly text: string;
  readonly isDocstring: boolean;
}

export type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

const read = new Map<string, readonly SourceFile[]>();

/** Reads and parses every TypeScript file below the project's folders, each folder once in the life of a process. */
export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) => {
    const files = read.get(folder) ?? sourceFilesIn('.', [folder]);
    read.set(folder, files);
    return files;
  });
}

/** Reads and parses every TypeScript file below the folders of another copy of the project. */
export function sourceFilesIn(root: string, folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => posix.join(folder, name.replaceAll(sep, '/')))
      .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8'))),
  );
}

/** Parses TypeScript; the path says where relative imports lead. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, module, comments } = parseSync(path, text);
  const tree = program as unknown as Node;
  const exported = module.staticExports.flatMap(({ entries }) => entries);
  const imports = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...exported.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
    ...typeImports(tree),
  ];
  const names = exported.flatMap(({ exportName }) =>
    exportName.kind === 'Default' ? 'default' : (exportName.name ?? []),
  );
  return {
    path,
    text,
    program: tree,
    comments: comments.map(({ type, start, end, value }) => ({
      start,
      end,
      text: value.replaceAll(/^[ \t]*\*? ?/gm, '').trim(),
      isDocstring: type === 'Block' && value.startsWith('*'),
    })),
    imports: imports.map((to) => resolve(path, to)),
    exports: [...new Set(names)],
  };
}

/** Modules of types such as `import('./app.ts').App`. */
function typeImports(program: Node): readonly string[] {
  const found: string[] = [];
  visit(program, ({ type, source }) => {
    if (type === 'TSImportType') found.push(String((source as Node).value));
  });
  return found;
}

/** A relative import as a path of the project; a package or `node:` module as it is. */
function resolve(from: string, to: string): string {
  return to.startsWith('.') ? posix.join(posix.dirname(from), to) : to;
}

/** Calls `see` for every node of the syntax tree, parents first. */
export function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const inner of node) visit(inner, see);
  } else if (typeof node === 'object' && node !== null) {
    if ('type' in node && typeof node.type === 'string') see(node as Node);
    for (const inner of Object.values(node)) visit(inner, see);
  }
}

/** Every function of a file, methods and arrows too. */
export function functionsOf({ program }: SourceFile): readonly Node[] {
  const found: Node[] = [];
  visit(program, (node) => {
    if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))
      found.push(node);
  });
  return found;
}

/** The lines from the first of a node to its last. */
export function linesOf(file: SourceFile, { start, end }: Node): number {
  return lineOf(file, end) - lineOf(file, start) + 1;
}

export function lineOf({ text }: SourceFile, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
