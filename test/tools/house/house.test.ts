import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCommit, layOutCommit, UnknownCommitError } from '../../../tools/checkout.ts';
import { measureHouse } from '../../../tools/house/measure.ts';
import { housePlaces, houseTable } from '../../../tools/house/report.ts';

const files = {
  'functions/users.ts': "import { a } from '../lib/one/a.ts';\na();\n",
  'lib/one/a.ts': `/** Comments and blanks do not count. */
import type { B } from '../two/b.ts';

export function a(b?: B): void; // an overload declares the name once more
export function a(b: unknown): void {
  /* neither does
     this */ use({ ...(b && { b }), ...(b ? {} : ({ b } as object)) });
  use({ ...(b ? { b } : { a: '// no comment' }), ...(b ?? {}) }, ...(b ? [] : [b]));
}
const use = (...all: unknown[]) => all;
`,
  'lib/two/b.ts': `export type B = import('../three.ts').C;
export { a as twice } from '../one/a.ts';
`,
  'lib/three.ts': "export const C = 1, twice = 2;\nexport type C = import('./one/a.ts').B;\n",
  'lib/four/long.ts': `const before = 1;\nfunction long() {\n${'\n'.repeat(59)}  return before; }\n`,
  'lib/four/right.ts': `import './long.ts';\nfunction right() {\n${'\n'.repeat(58)}}\n`,
  'lib/five/longer.ts': `import '../one/a.ts';\nimport '../four/right.ts';\n${'\n'.repeat(299)}`,
  'lib/five/full.ts': '\n'.repeat(300),
};

const author = '-c user.name=A -c user.email=a@example.com';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'muster-house-'));
beforeAll(() => write(root, files));
afterAll(() => rmSync(root, { recursive: true }));

function write(folder: string, texts: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

test('measureHouse() counts each thing once and says where it is', () => {
  expect(measureHouse(root)).toEqual({
    linesOfCode: 21,
    exports: 5,
    conditionalSpreads: ['lib/one/a.ts:7', 'lib/one/a.ts:7'],
    roomCircles: ['lib/one, lib/three.ts, lib/two'],
    fileCircles: ['lib/one/a.ts, lib/three.ts, lib/two/b.ts'],
    longFunctions: ['lib/four/long.ts:2 has 61 lines'],
    longFiles: ['lib/five/longer.ts has 301 lines'],
    sharedNames: ['twice: lib/three.ts, lib/two/b.ts'],
  });
});

test('a commit is measured as it was, wherever the working tree is by now', () => {
  const repository = join(root, 'repository');
  const before = join(root, 'before');
  write(repository, { 'lib/app.ts': 'export const a = 1;\n' });
  for (const command of ['init --quiet', 'add .', `${author} commit --quiet --message first`]) {
    execFileSync('git', command.split(' '), { cwd: repository });
  }
  write(repository, { 'lib/app.ts': 'export const a = 1;\nexport const b = 2;\n', 'lib/new.ts': '' });
  mkdirSync(before);
  layOutCommit(findCommit('HEAD', repository), before, repository);

  expect([before, repository].map((folder) => measureHouse(folder).exports)).toEqual([1, 2]);
  expect(execFileSync('git', ['status', '--short'], { cwd: repository, encoding: 'utf8' })).toBe(
    ' M lib/app.ts\n?? lib/new.ts\n',
  );
  expect(() => findCommit('elsewhere', repository)).toThrow(UnknownCommitError);
});

test('houseTable() shows what changed, and by how much', () => {
  const today = measureHouse(root);
  const house = { ...today, linesOfCode: 28, fileCircles: [], longFiles: ['lib/a.ts', 'lib/b.ts'] };
  const lines = houseTable(today, { commit: 'abc1234', house }).split('\n');
  const rows = lines.map((line) => line.trim().split(/ {2,}/));
  expect(rows).toEqual([
    ['abc1234', 'today', 'change'],
    expect.any(Array),
    ['lines of code', '28', '21', '−7 (−25.0 %)'],
    ['exports', '5', '5'],
    ['conditional spreads', '2', '2'],
    ['circles between rooms', '1', '1'],
    ['circles between files', '0', '1', '+1'],
    ['functions over 60 lines', '1', '1'],
    ['files over 300 lines', '2', '1', '−1 (−50.0 %)'],
    ['exported names that exist twice', '1', '1'],
  ]);
});

test('housePlaces() lists each place below its measure', () => {
  expect(housePlaces(measureHouse(root))).toMatch(/^conditional spreads\n {2}lib\/one\/a\.ts:7\n/m);
});

test.each([
  {
    args: ['--against', 'HEAD', '--json'],
    status: 0,
    stdout: /"today": {\n.*"before": {\n +"commit": "[0-9a-f]{7,}"/s,
  },
  {
    args: ['--list'],
    status: 0,
    stdout: /lines of code +[\d,]+\n.*exported names that exist twice +\d+\n/s,
  },
  { args: ['--against', 'nowhere'], status: 1, stdout: /^$/ },
])('npm run house -- $args', ({ args, status, stdout }) => {
  const command = ['tools/run.mjs', 'tools/house/main.ts', ...args];
  const ended = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8' });
  expect(ended).toMatchObject({ status, stdout: expect.stringMatching(stdout) });
});
