import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root } from './install.mjs';

const args = process.argv.slice(2);
// With this variable, vitest.config.ts chooses all tests over HTTP, on Cosmos DB only.
if (args.includes('--cosmos')) process.env.MUSTER_TEST_ENGINE = 'cosmos';

prepare();
const failedChecks =
  (await check('biome', ['check', '--error-on-warnings', '.'])) + (await check('tsc', ['--noEmit']));
const results = await runTests(args.filter((arg) => arg !== '--cosmos'));
const failed = results.failed + failedChecks;
const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : '';
console.log(`\n${results.passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 ? 0 : 1;

async function runTests(filter) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  const file = join(folder, 'results.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
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

/** Runs a check; returns 1 if it fails, otherwise 0. */
async function check(name, args) {
  const failed = await run(name, args);
  if (failed) console.log(`${name} ${args.join(' ')} found the errors above; the tests run anyway.`);
  return failed;
}

/** Runs a command of node_modules/.bin; returns 0 if it succeeds, otherwise 1. */
function run(name, args) {
  const child = spawn(join(root, 'node_modules', '.bin', name), args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code === 0 ? 0 : 1));
  });
}
