import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (tool: string, argument: string) => {
  const args = ['tools/run.mjs', `tools/${tool}/main.ts`, argument];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe.each(['judge', 'fuzz', 'conformance', 'products', 'docs'])('npm run %s', (tool) => {
  test.each([
    ['--bogus', "Unknown option '--bogus'."],
    ['bogus', "Unexpected argument 'bogus'."],
  ])('does nothing with %s but to say what is wrong and how it is used', (argument, sentence) => {
    const { status, stdout, stderr } = run(tool, argument);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(`${sentence}\n\nnpm run ${tool}`);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('--help prints how it is used', () => {
    expect(run(tool, '--help')).toEqual({
      ...{ status: 0, stderr: '' },
      stdout: expect.stringMatching(`^npm run ${tool}`),
    });
  });
});
