import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { parseSync } from 'oxc-parser';

export interface SourceFile {
  /** Relative to the project, such as `lib/app.ts`. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly imports: readonly string[];
}

export type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

/** Reads and parses every TypeScript file below the folders. */
export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readSource(join(folder, name.replaceAll('\\', '/')))),
  );
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const { program, module } = parseSync(path, text);
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
  return { path, text, program: program as unknown as Node, imports: imports.map((to) => resolve(path, to)) };
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
