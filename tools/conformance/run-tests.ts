import { runVitest } from '../run-vitest.ts';

/** Runs the tests of all requirements and returns the ids of those that passed. */
export function runTests(): ReadonlySet<string> {
  const passed = runVitest(['test/conformance/7', 'test/conformance/9']).filter(
    ({ status }) => status === 'passed',
  );
  return new Set(passed.map(({ title }) => /^RFC \d+ [\d.]+ #\d+/.exec(title)?.[0] ?? ''));
}
