import { join } from 'node:path';
import { installFromPypi, versionOf } from './python.ts';
import { complaint, runCommand } from './run-command.ts';
import { inOneLine, type Judge, type Verdict } from './verdict.ts';

/** Starts the command in the process itself, with a token that is not on its command line. */
const program = `
import sys
from importlib.metadata import entry_points

(script,) = entry_points(group="console_scripts", name="scim-sanity")
sys.argv = ["scim-sanity", *sys.argv[1:], "--token", sys.stdin.read()]
sys.exit(script.load()())
`;

/** The probe of scim-sanity, from PyPI, in its strict mode. */
export const scimSanity: Judge = {
  name: 'scim-sanity',
  packs: ['agents-older'],
  async ask({ tenantUrl, token, cache }) {
    const programs = await installFromPypi(cache, ['scim-sanity']);
    const args = ['-c', program, 'probe', tenantUrl, '--i-accept-side-effects', '--json-output'];
    const ended = await runCommand(join(programs, 'python'), args, { input: token });
    if (!ended.stdout.startsWith('{')) throw new Error(`scim-sanity stopped early: ${complaint(ended)}`);
    return { version: await versionOf(programs, 'scim-sanity'), verdicts: readScimSanity(ended.stdout) };
  },
};

interface Result {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
}

/** Reads the JSON that scim-sanity prints; a warning counts as failed. */
export function readScimSanity(output: string): readonly Verdict[] {
  const { results } = JSON.parse(output) as { readonly results: readonly Result[] };
  return results.map(({ name, status, message = '' }) => {
    const outcome = status === 'pass' ? 'passed' : status === 'skip' ? 'skipped' : 'failed';
    return { check: name, outcome, reason: outcome === 'passed' ? '' : inOneLine(message) };
  });
}
