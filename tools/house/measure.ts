import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { circlesIn, type Graph } from './circles.ts';
import { functionsOf, lineOf, linesOf, type Node, type SourceFile, sourceFilesIn, visit } from './source.ts';

export const functionLinesMax = 60;
export const fileLinesMax = 300;

/** Numbers, or lists of the places that are counted, such as `lib/app.ts:12`. */
export interface House {
  readonly linesOfCode: number;
  readonly exports: number;
  readonly conditionalSpreads: readonly string[];
  readonly roomCircles: readonly string[];
  readonly fileCircles: readonly string[];
  readonly longFunctions: readonly string[];
  readonly longFiles: readonly string[];
  readonly sharedNames: readonly string[];
}

/** Measures `lib` and `functions` in a copy of the project; one of them may be missing. */
export function measureHouse(root: string): House {
  const folders = ['lib', 'functions'].filter((folder) => existsSync(join(root, folder)));
  const files = sourceFilesIn(root, folders);
  return {
    linesOfCode: sum(files.map(linesOfCode)),
    exports: sum(files.map(({ exports }) => exports.length)),
    conditionalSpreads: files.flatMap(conditionalSpreads),
    roomCircles: describeCircles(roomGraph(files)),
    fileCircles: describeCircles(fileGraph(files)),
    longFunctions: files.flatMap(longFunctions),
    longFiles: files.flatMap(longFiles),
    sharedNames: sharedNames(files),
  };
}

/** Counts the lines that still hold something once the comments are gone. */
function linesOfCode({ text, comments }: SourceFile): number {
  const ends = [0, ...comments.map(({ end }) => end)];
  const code = ends.map((end, index) => {
    const comment = comments[index];
    const lineEnds = comment && text.slice(comment.start, comment.end).replaceAll(/[^\n]/g, '');
    return text.slice(end, comment?.start) + (lineEnds ?? '');
  });
  return code
    .join('')
    .split('\n')
    .filter((line) => line.trim() !== '').length;
}

function conditionalSpreads(file: SourceFile): readonly string[] {
  const found: string[] = [];
  visit(file.program, ({ type, properties }) => {
    if (type !== 'ObjectExpression') return;
    for (const property of properties as readonly Node[]) {
      if (property.type !== 'SpreadElement' || !isConditional(property.argument as Node)) continue;
      found.push(`${file.path}:${lineOf(file, property.start)}`);
    }
  });
  return found;
}

/** Tells `a && b`, and `a ? b : c` where one of both is `{}`, from other expressions. */
function isConditional(node: Node): boolean {
  const { type, operator, expression, consequent, alternate } = node;
  if (/^(ParenthesizedExpression|TS(As|Satisfies|NonNull)Expression)$/.test(type)) {
    return isConditional(expression as Node);
  }
  if (type === 'LogicalExpression') return operator === '&&';
  return type === 'ConditionalExpression' && [consequent, alternate].some(isEmptyObject);
}

function isEmptyObject(node: unknown): boolean {
  const { type, properties } = node as Node;
  return type === 'ObjectExpression' && (properties as readonly Node[]).length === 0;
}

/** The folder or file directly below `lib`; undefined for what lies elsewhere. */
function roomOf(path: string): string | undefined {
  return /^lib\/[^/]+/.exec(path)?.[0];
}

function roomGraph(files: readonly SourceFile[]): Graph {
  const rooms = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const room = roomOf(path);
    if (room === undefined) continue;
    const others = imports.flatMap((to) => roomOf(to) ?? []).filter((other) => other !== room);
    rooms.set(room, new Set([...(rooms.get(room) ?? []), ...others]));
  }
  return rooms;
}

function fileGraph(files: readonly SourceFile[]): Graph {
  return new Map(files.map(({ path, imports }) => [path, imports]));
}

function describeCircles(graph: Graph): readonly string[] {
  return circlesIn(graph).map((circle) => circle.toSorted().join(', '));
}

/** Lists the functions of a file that are too long. */
export function longFunctions(file: SourceFile): readonly string[] {
  return functionsOf(file)
    .map((node) => ({ line: lineOf(file, node.start), lines: linesOf(file, node) }))
    .filter(({ lines }) => lines > functionLinesMax)
    .map(({ line, lines }) => `${file.path}:${line} has ${lines} lines`);
}

/** Lists the file itself if it is too long. */
export function longFiles({ path, text }: SourceFile): readonly string[] {
  const lines = text.split('\n').length - 1;
  return lines > fileLinesMax ? [`${path} has ${lines} lines`] : [];
}

function sharedNames(files: readonly SourceFile[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { path, exports } of files) {
    for (const name of exports) places.set(name, [...(places.get(name) ?? []), path]);
  }
  return [...places]
    .filter(([name, paths]) => name !== 'default' && paths.length > 1)
    .map(([name, paths]) => `${name}: ${paths.join(', ')}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
