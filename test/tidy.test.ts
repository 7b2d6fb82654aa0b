import { describe, expect, test } from 'vitest';
import { lineOf, type Node, type SourceFile, sourceFiles, visit } from './support/source.ts';

const fileLinesMax = 300;
const functionLinesMax = 60;
const parametersMax = 3;
const columnsMax = 120;

const code = sourceFiles('functions', 'lib', 'tools');
const all = [...code, ...sourceFiles('test')];

/** Longer files, each with its reason. */
const longFiles: readonly string[] = [
  // Declarations of RFC 7643 4.1, one after the other.
  'lib/scim/schema/user.ts',
];

function breaches(
  files: readonly SourceFile[],
  find: (file: SourceFile) => readonly { offset: number; what: string }[],
): readonly string[] {
  return files.flatMap((file) =>
    find(file).map(({ offset, what }) => `${file.path}:${lineOf(file, offset)} ${what}`),
  );
}

function functionsOf(file: SourceFile): readonly Node[] {
  const found: Node[] = [];
  visit(file.program, (node) => {
    if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))
      found.push(node);
  });
  return found;
}

describe('the code', () => {
  test(`has no file over ${fileLinesMax} lines`, () => {
    const long = code
      .filter(({ path }) => !longFiles.includes(path))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > fileLinesMax);
    expect(long).toEqual([]);
  });

  test(`has no function over ${functionLinesMax} lines`, () => {
    const long = breaches(code, (file) =>
      functionsOf(file)
        .map(({ start, end }) => ({ offset: start, lines: lineOf(file, end) - lineOf(file, start) + 1 }))
        .filter(({ lines }) => lines > functionLinesMax)
        .map(({ offset, lines }) => ({ offset, what: `has ${lines} lines` })),
    );
    expect(long).toEqual([]);
  });

  test(`has no function with more than ${parametersMax} parameters`, () => {
    const many = breaches(code, (file) =>
      functionsOf(file)
        .filter(({ params }) => Array.isArray(params) && params.length > parametersMax)
        .map(({ start }) => ({ offset: start, what: 'has too many parameters: pass an object' })),
    );
    expect(many).toEqual([]);
  });

  test(`has no line over ${columnsMax} columns`, () => {
    const wide = all.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (line.length > columnsMax ? [`${path}:${index + 1}`] : [])),
    );
    expect(wide).toEqual([]);
  });

  test('documents all that it exports from lib and functions', () => {
    const bare = code
      .filter(({ path }) => !path.startsWith('tools/'))
      .flatMap((file) =>
        exportedDeclarations(file)
          .filter((offset) => !isDocumented(file, offset))
          .map((offset) => `${file.path}:${lineOf(file, offset)}`),
      );
    expect(bare).toEqual([]);
  });

  test('leaves no note of work to do', () => {
    const notes = /\b(FIXME|TODO|XXX|HACK)\b/;
    const left = all.filter(({ path, text }) => path !== 'test/tidy.test.ts' && notes.test(text));
    expect(left.map(({ path }) => path)).toEqual([]);
  });
});

/** Where the exported functions, types, classes and values begin. */
function exportedDeclarations({ program }: SourceFile): readonly number[] {
  const documented =
    /^(FunctionDeclaration|TSInterfaceDeclaration|TSTypeAliasDeclaration|ClassDeclaration|VariableDeclaration)$/;
  return (program.body as readonly Node[])
    .filter(
      ({ type, declaration }) =>
        type === 'ExportNamedDeclaration' && documented.test((declaration as Node | null)?.type ?? ''),
    )
    .map(({ start }) => start);
}

function isDocumented({ text }: SourceFile, offset: number): boolean {
  return text.slice(0, offset).trimEnd().endsWith('*/');
}
