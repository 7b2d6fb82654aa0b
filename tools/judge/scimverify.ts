import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { complaint, runCommand } from './run-command.ts';
import { type Court, inOneLine, type Judge, JudgeAbsent, type Verdict } from './verdict.ts';

// scimverify imports these packages but does not declare them.
const undeclared = ['ajv@8', 'dotenv'];

/** Gives it the token of the standard input in the process itself, because others can see a command line. */
const addToken = `data:text/javascript,${encodeURIComponent(`
import { readFileSync } from 'node:fs';
process.argv.push('-a', 'Bearer ' + readFileSync(0, 'utf8'));
`)}`;

/** SCIM Verify, from npm or from a folder with its package. */
export function scimverifyFrom(source = 'scimverify'): Judge {
  return {
    name: 'scimverify',
    async ask(court) {
      const folder = await install(court.cache, source);
      await createUserAndGroup(court);
      const config = join(folder, 'config.json');
      await writeFile(config, JSON.stringify(requests));
      const { tenantUrl, token } = court;
      const program = join(folder, 'node_modules/scimverify');
      const options = ['--test-reporter=tap', '--import', addToken];
      const args = [...options, 'bin/scimverify.js', '-b', tenantUrl, '-c', config];
      const ended = await runCommand(process.execPath, args, { cwd: program, input: token });
      const verdicts = readTap(ended.stdout);
      if (verdicts.length === 0) throw new Error(`scimverify stopped early: ${complaint(ended)}`);
      const { version } = JSON.parse(await readFile(join(program, 'package.json'), 'utf8'));
      return { version: source === 'scimverify' ? version : `${version}, from its source`, verdicts };
    },
  };
}

async function install(cache: string, source: string): Promise<string> {
  if (source === 'scimverify') {
    const known = await runCommand('npm', ['view', 'scimverify', 'version']);
    if (known.code !== 0) throw new JudgeAbsent(`npm does not have it (${complaint(known)})`);
  }
  const folder = join(cache, 'scimverify');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--install-links', '--omit=optional'];
  const installed = await runCommand('npm', ['install', ...options, source, ...undeclared], { cwd: folder });
  if (installed.code !== 0) throw new JudgeAbsent(`npm could not install it (${complaint(installed)})`);
  return folder;
}

/** Creates a user and a group, because scimverify changes the first resources in the lists. */
async function createUserAndGroup({ tenantUrl, token }: Court): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  for (const [path, body] of [
    ['/Users', { schemas: [userUrn], userName: 'first@judge.example' }],
    ['/Groups', { schemas: [groupUrn], displayName: 'First of the judge' }],
  ] as const) {
    const answer = await fetch(tenantUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
    await answer.body?.cancel();
  }
}

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const operations = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A JSON Schema of a resource in which one attribute has this value, below the URN of its schema. */
const answers = (urn: string, attribute: string, value: string) => ({
  type: 'object',
  required: ['schemas', 'id', urn],
  properties: {
    schemas: { type: 'array', contains: { const: urn } },
    id: { type: 'string' },
    [urn]: { type: 'object', required: [attribute], properties: { [attribute]: { const: value } } },
  },
});

function testsOf(urn: string, attribute: string, more: object) {
  const row = (value: string, extra = {}) => ({
    id: 'AUTO',
    request: { schemas: [urn], [attribute]: value, ...extra },
    response: answers(urn, attribute, value),
  });
  const patch = {
    id: 'AUTO',
    request: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: attribute, value: 'Changed by PATCH' }],
    },
    response: answers(urn, attribute, 'Changed by PATCH'),
  };
  return {
    enabled: true,
    operations,
    sortAttributes: [attribute],
    post_tests: [row('The first'), row('The second', more)],
    put_tests: [row('Changed by PUT', more)],
    patch_tests: [patch],
    delete_tests: [{ id: 'AUTO' }],
  };
}

const requests = {
  detectSchema: true,
  detectResourceTypes: true,
  verifyPagination: true,
  verifySorting: true,
  users: testsOf(userUrn, 'userName', { emails: [{ value: 'second@judge.example' }] }),
  groups: testsOf(groupUrn, 'displayName', { members: [{ value: 'AUTO' }] }),
};

/** Reads the inner tests of a TAP report that Node wrote. */
export function readTap(report: string): readonly Verdict[] {
  const lines = report.split('\n');
  let suite = '';
  return lines.flatMap((line, index) => {
    suite = /^# Subtest: (.*)/.exec(line)?.[1] ?? suite;
    const [, not, name, skip] = /^ +(not )?ok \d+ - (.*?)(?: # SKIP ?(.*))?$/.exec(line) ?? [];
    if (name === undefined) return [];
    const outcome = skip !== undefined ? 'skipped' : not ? 'failed' : 'passed';
    const reason = inOneLine(skip ?? (not ? errorBelow(lines.slice(index)) : ''));
    return [{ check: `${suite}: ${name}`, outcome, reason }];
  });
}

/** The `error` of the YAML block that follows a failed test. */
function errorBelow(lines: readonly string[]): string {
  const start = lines.findIndex((line) => /^ +error:/.test(line));
  const length = lines.slice(start).findIndex((line) => /^ +(code:|\.\.\.)/.test(line));
  const [first = '', ...rest] = lines.slice(start, start + length);
  const text = [first.replace(/^ +error: *(\|-)?/, ''), ...rest].join(' ').trim();
  return text.replace(/^'(.*)'$/, '$1');
}
