import { describe, expect, test } from 'vitest';
import { fileLinesMax, functionLinesMax, longFiles, longFunctions } from '../tools/house/measure.ts';
import {
  functionsOf,
  lineOf,
  type Node,
  type SourceFile,
  sourceFiles,
  visit,
} from '../tools/house/source.ts';

const parametersMax = 3;
const columnsMax = 120;

const code = sourceFiles('functions', 'lib', 'tools');
const all = [...code, ...sourceFiles('test')];

describe('the code', () => {
  test(`has no file over ${fileLinesMax} lines`, () => {
    expect(code.flatMap(longFiles)).toEqual([]);
  });

  test(`has no function over ${functionLinesMax} lines`, () => {
    expect(code.flatMap(longFunctions)).toEqual([]);
  });

  test(`has no function with more than ${parametersMax} parameters`, () => {
    const many = code.flatMap((file) =>
      functionsOf(file)
        .filter(({ params }) => Array.isArray(params) && params.length > parametersMax)
        .map(({ start }) => `${file.path}:${lineOf(file, start)} has too many: pass an object`),
    );
    expect(many).toEqual([]);
  });

  test(`has no line over ${columnsMax} columns`, () => {
    const wide = all.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (line.length > columnsMax ? [`${path}:${index + 1}`] : [])),
    );
    expect(wide).toEqual([]);
  });

  // Only a reader can judge if anything else needs a docstring.
  test('documents the functions that it exports and that throw', () => {
    const bare = code
      .filter(({ path }) => !path.startsWith('tools/'))
      .flatMap((file) =>
        exportedFunctions(file)
          .filter((node) => throws(node) && !isDocumented(file, node))
          .map((node) => `${file.path}:${lineOf(file, node.start)}`),
      );
    expect(bare).toEqual([]);
  });

  test('leaves no note of work to do', () => {
    const notes = /\b(FIXME|TODO|XXX|HACK)\b/;
    const left = all.filter(({ path, text }) => path !== 'test/tidy.test.ts' && notes.test(text));
    expect(left.map(({ path }) => path)).toEqual([]);
  });
});

function exportedFunctions({ program }: SourceFile): readonly Node[] {
  return (program.body as readonly Node[]).filter(
    ({ type, declaration }) =>
      type === 'ExportNamedDeclaration' && (declaration as Node | null)?.type === 'FunctionDeclaration',
  );
}

function throws(node: Node): boolean {
  let found = false;
  visit(node, ({ type }) => {
    found ||= type === 'ThrowStatement';
  });
  return found;
}

function isDocumented({ text }: SourceFile, { start }: Node): boolean {
  return text.slice(0, start).trimEnd().endsWith('*/');
}
