import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { parseSync } from 'oxc-parser';

export interface SourceFile {
  /** Relative to the project, such as `lib/app/services.ts`. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly imports: readonly string[];
  readonly comments: readonly Comment[];
}

export interface Comment {
  readonly start: number;
  /** Without its marks, and without the star before each line. */
  readonly text: string;
  readonly isDocstring: boolean;
}

export type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

/** Reads and parses every TypeScript file below the folders. */
export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name.replaceAll('\\', '/')))
      .map((path) => parseSource(path, readFileSync(path, 'utf8'))),
  );
}

/** Parses TypeScript; the path says where relative imports lead. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, module, comments } = parseSync(path, text);
  const exported = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
  );
  const dynamic = module.dynamicImports.map(({ moduleRequest }) =>
    text.slice(moduleRequest.start + 1, moduleRequest.end - 1),
  );
  const imports = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...exported,
    ...dynamic,
  ];
  return {
    ...{ path, text, program: program as unknown as Node },
    imports: imports.map((to) => resolve(path, to)),
    comments: comments.map(({ type, start, value }) => ({
      ...{ start, text: value.replaceAll(/^[ \t]*\*? ?/gm, '').trim() },
      isDocstring: type === 'Block' && value.startsWith('*'),
    })),
  };
}

/** A relative import as a path of the project; a package or `node:` module as it is. */
function resolve(from: string, to: string): string {
  return to.startsWith('.') ? normalize(join(dirname(from), to)) : to;
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

export function lineOf({ text }: SourceFile, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
