import { join } from 'node:path';
import { installFromPypi, versionOf } from './python.ts';
import { complaint, runCommand } from './run-command.ts';
import { inOneLine, type Judge, type Verdict } from './verdict.ts';

/** Runs every check and prints a line with a JSON object for each. */
const program = `
import json, sys
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server

http = Client(base_url=sys.argv[1], headers={"Authorization": "Bearer " + sys.stdin.read()}, timeout=60)
for result in check_server(SyncSCIMClient(http)):
    print(json.dumps({
        "status": result.status.name,
        "type": result.resource_type,
        "title": result.title,
        "reason": result.reason,
    }))
`;

/** The suite of the python-scim project, from PyPI. */
export const scim2Tester: Judge = {
  name: 'scim2-tester',
  async ask({ tenantUrl, token, cache }) {
    const programs = await installFromPypi(cache, ['scim2-tester', 'scim2-client[httpx2]']);
    const ended = await runCommand(join(programs, 'python'), ['-c', program, tenantUrl], { input: token });
    if (ended.code !== 0) throw new Error(`scim2-tester stopped early: ${complaint(ended)}`);
    return { version: await versionOf(programs, 'scim2-tester'), verdicts: readScim2Tester(ended.stdout) };
  },
};

const outcomes: Readonly<Record<string, Verdict['outcome']>> = {
  SUCCESS: 'passed',
  COMPLIANT: 'passed',
  ACCEPTABLE: 'passed',
  SKIPPED: 'skipped',
};

/** Reads the output of the program above; an unknown status counts as failed. */
export function readScim2Tester(output: string): readonly Verdict[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const { status, type, title, reason } = JSON.parse(line);
      const outcome = outcomes[status] ?? 'failed';
      const check = [type, title].filter(Boolean).join(' ');
      return { check, outcome, reason: outcome === 'passed' ? '' : inOneLine(`${status}: ${reason ?? ''}`) };
    });
}
