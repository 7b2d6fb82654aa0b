import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The result of one test. */
export interface TestResult {
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled';
  /** The metadata that the test declares. */
  readonly meta: Readonly<Record<string, unknown>>;
}

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[];
}

/** Runs the test files whose paths contain one of these texts, on the embedded engine, with more settings. */
export function runVitest(
  selection: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): readonly TestResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'muster-vitest-'));
  const file = join(folder, 'results.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=dot', '--reporter=./tools/quiet-json-reporter.mjs'];
  const command = [vitest, 'run', '--project=embedded', ...reporters, ...selection];
  const env = { ...process.env, MUSTER_TEST_ENGINE: 'embedded', MUSTER_TEST_RESULTS: file, ...settings };
  spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit', env });
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  rmSync(folder, { recursive: true });
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}
