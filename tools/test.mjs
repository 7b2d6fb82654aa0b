import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { importTypeScript } from './import-typescript.mjs';
import { root } from './install.mjs';

const usage = `npm test -- [PATH …] [options] [-- options of Vitest]

Checks style and types, builds, runs the tests and ends with the numbers of passed and failed tests. With paths it
runs the test files whose path contains one of them. npm run test:cosmos stands for npm test -- --cosmos, and
npm run test:fast for npm test -- --fast.

  --except PATH   leaves out the test files whose path contains it; may be given several times
  --name PATTERN  only the tests whose names match a regular expression
  --project NAME  embedded, cosmos or alone; see vitest.config.ts
  --cosmos        all tests over HTTP on the emulator of Cosmos DB, and no others
  --faults        operations stopped at every call of the store, on both engines
  --tests-only    checks neither style nor types
  --fast          only tests that import what you changed since the last commit, without those that start an
                  endpoint or repeat an operation for thousands of members or for each call of the store;
                  without the checks

Example:
  npm test -- test/scim --name "PATCH"`;

const text = { type: 'string' };
const flag = { type: 'boolean', default: false };
const options = {
  except: { type: 'string', multiple: true, default: [] },
  name: text,
  project: text,
  cosmos: flag,
  faults: flag,
  'tests-only': flag,
  fast: flag,
};

// Run without a shell, which on Windows would split a pattern at its spaces.
const programs = {
  biome: '@biomejs/biome/bin/biome',
  tsc: 'typescript/bin/tsc',
  vitest: 'vitest/vitest.mjs',
};

const { parseOptions, readCommandLine, UsageError } = await importTypeScript('./read-options.ts');
const { checks, filter, name, fast } = readCommandLine(usage, readOptions);
const failedChecks = checks ? await runChecks() : 0;
const results = await runTests(filter);
const hasRun = results.passed + results.failed > 0;
const isUnmatched = !hasRun && name !== undefined;
if (isUnmatched) console.log(`\nNo test's name matches "${name}": correct --name.`);
else if (!hasRun && fast) {
  console.log('\nNo quick test imports a file that changed since the last commit: use npm test -- PATH.');
}
const failed = results.failed + failedChecks + (isUnmatched ? 1 : 0);
const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : '';
console.log(`\n${results.passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 ? 0 : 1;

function readOptions(args) {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { values, words } = parseOptions({ usage, options, takesWords: true }, args.slice(0, end));
  // With this variable, vitest.config.ts chooses all tests over HTTP, on Cosmos DB only.
  if (values.cosmos) process.env.MUSTER_TEST_ENGINE = 'cosmos';
  // With this variable, it leaves out the tests that start an endpoint or anything else that takes seconds.
  if (values.fast) process.env.MUSTER_TEST_FAST = '1';
  // With this variable, it chooses the tests of faults, on both engines.
  if (values.faults) process.env.MUSTER_TEST_FAULTS = '1';
  for (const word of words) requireMatch(word);
  return {
    name: values.name,
    fast: values.fast,
    checks: !values['tests-only'] && !values.fast && !values.faults,
    filter: [
      ...(values.fast ? ['--changed'] : []),
      ...(values.except.length > 0 ? filesBut(values.except, words) : words),
      ...(values.name === undefined ? [] : ['--testNamePattern', values.name]),
      ...(values.project === undefined ? [] : ['--project', values.project]),
      ...args.slice(end + 1),
    ],
  };
}

function testFiles() {
  return readdirSync(join(root, 'test'), { recursive: true })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts'));
}

/** Checks that a word selects a test file, as Vitest does: in any case, perhaps with a line number. */
function requireMatch(word) {
  const part = relative(root, resolve(root, word)).replaceAll('\\', '/').replace(/:\d+$/, '').toLowerCase();
  if (testFiles().some((path) => path.toLowerCase().includes(part))) return;
  throw new UsageError(`No test file's path contains "${word}": correct the path.`);
}

/** Lists test files, since Vitest's own --exclude does not reach its projects. */
function filesBut(left, wanted) {
  const files = testFiles()
    .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
    .filter((path) => !left.some((part) => path.includes(part)));
  if (files.length > 0) return files;
  throw new UsageError('No test is left: give fewer of --except.');
}

async function runTests(filter) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  const file = join(folder, 'results.json');
  process.env.MUSTER_TEST_RESULTS = file;
  const reporters = ['--reporter=default', '--reporter=./tools/quiet-json-reporter.mjs'];
  const failedRun = await run('vitest', ['run', ...reporters, ...filter]);
  const results = countResults(file);
  rmSync(folder, { recursive: true });
  // An error outside the tests fails the run, although no test reports it.
  return { ...results, failed: Math.max(results.failed, failedRun) };
}

function countResults(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const unreadable = report.testResults.filter((suite) => suite.status === 'failed' && !hasFailure(suite));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unreadable.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function hasFailure(suite) {
  return suite.assertionResults.some(({ status }) => status === 'failed');
}

/** Checks style and types at the same time; returns the number of failed checks. */
async function runChecks() {
  const failures = [check('biome', ['check', '--error-on-warnings', '.']), check('tsc', ['--noEmit'])];
  return (await Promise.all(failures)).reduce((sum, failure) => sum + failure, 0);
}

/** Runs a check; returns 1 if it fails, otherwise 0. */
async function check(name, args) {
  const failed = await run(name, args);
  if (failed) console.log(`${name} ${args.join(' ')} found the errors above; the tests run anyway.`);
  return failed;
}

/** Runs a program of node_modules; returns 0 if it succeeds, otherwise 1. */
function run(name, args) {
  const child = spawn(process.execPath, [join(root, 'node_modules', programs[name]), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code === 0 ? 0 : 1));
  });
}
