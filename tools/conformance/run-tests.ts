import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

/** Runs the tests of all requirements and yields the ids of those that passed. */
export function runTests(): ReadonlySet<string> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-conformance-'));
  const file = join(folder, 'results.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
  const files = ['test/conformance/7', 'test/conformance/9'];
  const command = [vitest, 'run', '--project=embedded', ...reporters, ...files];
  const env = { ...process.env, MUSTER_TEST_ENGINE: 'embedded' };
  spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit', env });
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  rmSync(folder, { recursive: true });
  return passedIn(report);
}

function passedIn({ testResults }: Report): ReadonlySet<string> {
  const passed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed');
  return new Set(passed.map(({ title }) => /^RFC \d+ [\d.]+ #\d+/.exec(title)?.[0] ?? ''));
}
