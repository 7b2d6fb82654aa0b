import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nearest } from '../../lib/base/nearest.ts';
import { parseOptions, UsageError, wholeNumber } from '../../tools/read-options.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scripts: readonly (readonly [name: string, command: string])[] = Object.entries(
  JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).scripts,
);
const ownTools = scripts.filter(([, command]) => command.startsWith('node tools/'));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command of a script to its end. */
function run(command: string, ...more: readonly string[]): Promise<Ended> {
  const [, ...args] = command.split(' ');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...args, ...more], { cwd: root }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** Runs the scripts one after the other. */
let inTurn: ChildProcess;
let runs = 0;

/** Runs the command of a script in a process that it shares with others, without `tools/run.mjs`. */
async function runInTurn(command: string, ...more: readonly string[]): Promise<Ended> {
  const [, first, ...rest] = command.split(' ');
  const [script, ...args] = first === 'tools/run.mjs' ? rest : [first, ...rest];
  runs += 1;
  inTurn.send({ script, args: [...args, ...more], run: runs });
  const [ended] = await once(inTurn, 'message');
  return ended;
}

/** One script of each kind. Only a new process loads a bundle and goes through `tools/run.mjs`. */
const alone = ['start', 'muster', 'package', 'house'];

describe('the scripts of package.json', () => {
  beforeAll(() => {
    inTurn = fork(fileURLToPath(new URL('answer-in-turn.mjs', import.meta.url)), { cwd: root, execArgv: [] });
  });
  afterAll(() => void inTurn.kill());
  const answer = (name: string) => (alone.includes(name) ? run : runInTurn);

  test('are tools of ours but for those that only name another program', () => {
    const others = scripts.filter((script) => !ownTools.includes(script));
    expect(others.map(([name]) => name)).toEqual(['coverage', 'check', 'fix']);
  });

  test.each(ownTools)(
    '%s answers --help with its usage, its options and an example',
    async (name, command) => {
      const { code, stdout, stderr } = await answer(name)(command, '--help');
      expect([code, stderr]).toEqual([0, '']);
      const [base] = name.split(':');
      expect(stdout).toMatch(new RegExp(`^(npm (run )?|Usage: )${base}\\b`));
      expect(stdout).toMatch(new RegExp(`^Examples?:\n  npm (run )?${base}\\b`, 'm'));
    },
  );

  test.each(ownTools)(
    '%s does nothing with a wrong option but to name the nearest',
    async (name, command) => {
      const { code, stdout, stderr } = await answer(name)(command, '--hepl');
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^Unknown option '--hepl': did you mean --help\?/);
      expect(stderr).toMatch(/^npm (run )?\w+|--help shows/m);
      expect(stderr).not.toMatch(/^ +at /m);
    },
  );
});

test('npm test names a path that selects no test file', async () => {
  const { code, stdout, stderr } = await run('node tools/test.mjs', 'test/tools', 'test/nowhere');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe('No test file\'s path contains "test/nowhere": correct the path.\n');
});

describe('parseOptions()', () => {
  const usage = 'npm run it\n  --port N\n  --flat';
  const options = { port: { type: 'string' }, flat: { type: 'boolean' } } as const;

  test('yields options, and words where the command takes some', () => {
    const read = parseOptions({ usage, options, takesWords: true }, ['one', '--port', '1', 'two']);
    expect({ ...read.values, words: read.words }).toEqual({ port: '1', words: ['one', 'two'] });
  });

  test.each([
    [['--prot', '1'], "Unknown option '--prot': did you mean --port?"],
    [['--bogus'], "Unknown option '--bogus'."],
    [['bogus'], "Unexpected argument 'bogus'."],
    [['--port'], "Option '--port <value>' argument missing."],
    [['--port', '--flat'], "Option '--port' argument is ambiguous."],
  ])('refuses %j with the reason and the usage', (args, reason) => {
    expect(() => parseOptions({ usage, options }, args)).toThrow(new UsageError(`${reason}\n\n${usage}`));
  });

  test('finds an option that the usage leaves out', () => {
    expect(() => parseOptions({ usage: 'npm run it\n  --flat', options }, [])).toThrow('leaves out --port');
  });
});

test.each(['', '-1', '1.5', '1e3', ' 1', '9007199254740993'])('wholeNumber() refuses %j', (text) => {
  expect(() => wholeNumber('--n', text, 0)).toThrow(`--n needs a whole number of at least 0, not "${text}".`);
});

test.each([
  ['--prot', '--port'],
  ['--user', '--users'],
  ['--usr', '--users'],
  ['--tennant-url', '--tenant-url'],
  ['--connection', undefined],
  ['-x', undefined],
])('nearest() to %s is %s', (word, meant) => {
  expect(nearest(word, ['--port', '--users', '--tenant-url'])).toBe(meant);
});
