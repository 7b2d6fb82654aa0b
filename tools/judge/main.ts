import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstMessage, startProcess, stopProcess } from '../bench/endpoint.ts';
import { type ManageAccess, manage } from '../host/manage.ts';
import { cleanLines } from '../muster/terminal/clean-text.ts';
import { parseOptions, readCommandLine, UsageError } from '../read-options.ts';
import { clientLibraries } from './client-libraries.ts';
import { failuresOf, type Group, groups, pagePath, printReport, withJudgements } from './report.ts';
import { complaint, runCommand } from './run-command.ts';
import { scimSanity } from './scim-sanity.ts';
import { scim2Tester } from './scim2-tester.ts';
import { scimverifyFrom } from './scimverify.ts';
import { type Court, type Judge, JudgeAbsent, type Judgement } from './verdict.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const usage = `npm run judge -- [test-suites] [client-libraries] [options]

Starts the endpoint and has it judged by others: by the public test suites for SCIM servers, and by client libraries
that are driven through users and groups. Without a word it does both.

  --profile NAME     profile of the tenants that they test (default generic)
  --scimverify PATH  folder of the package scimverify (default: from npm)
  --write            writes the part of ${pagePath} about these judges

Example:
  npm run judge -- client-libraries --profile okta`;

const options = {
  profile: { type: 'string', default: 'generic' },
  scimverify: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;

/** Runs the command and returns the exit code: 1 for any failure that is not justified. */
async function main(): Promise<number> {
  const { profile, scimverify, write, chosen } = readCommandLine(usage, readChoice);
  await build();
  const judgesOf = {
    'test-suites': [scim2Tester, scimSanity, scimverifyFrom(scimverify)],
    'client-libraries': clientLibraries,
  };
  let failures = 0;
  for (const group of chosen) {
    const judgements = await withEndpoint((access) => askAll(judgesOf[group], access, profile));
    console.log(cleanLines(`\nProfile ${profile}\n\n${printReport(judgements, profile)}`));
    if (write) writePage(group, judgements, profile);
    failures += failuresOf(judgements, profile).filter(
      ({ justification }) => justification === undefined,
    ).length;
  }
  return failures === 0 ? 0 : 1;
}

function readChoice(args: readonly string[]) {
  const { values, words } = parseOptions({ usage, options, takesWords: true }, args);
  const unknown = words.find((word) => !groups.some((group) => group === word));
  if (unknown !== undefined)
    throw new UsageError(`There are no judges named ${unknown}: name ${groups.join(' or ')}.`);
  return { ...values, chosen: groups.filter((group) => words.length === 0 || words.includes(group)) };
}

function writePage(group: Group, judgements: readonly Judgement[], profile: string): void {
  const path = join(root, pagePath);
  writeFileSync(path, withJudgements(readFileSync(path, 'utf8'), group, { judgements, profile }));
}

async function build(): Promise<void> {
  const built = await runCommand(process.execPath, ['tools/build.mjs'], { cwd: root });
  if (built.code !== 0) throw new Error(`The endpoint cannot be built: ${complaint(built)}`);
}

async function withEndpoint<T>(work: (access: ManageAccess) => Promise<T>): Promise<T> {
  const child = startProcess('tools/host/main.ts', '--port', '0', '--memory');
  try {
    return await work(await firstMessage<ManageAccess>(child));
  } finally {
    await stopProcess(child);
  }
}

/** Asks one judge after the other, each with its own tenant, so that none sees the data of another. */
async function askAll(
  judges: readonly Judge[],
  access: ManageAccess,
  profile: string,
): Promise<readonly Judgement[]> {
  const cache = join(tmpdir(), 'muster-judge');
  mkdirSync(cache, { recursive: true });
  const judgements: Judgement[] = [];
  for (const judge of judges) {
    console.log(`Asking ${judge.name}`);
    const tenant = await createTenant(access, judge.name, profile);
    judgements.push(await ask(judge, { ...tenant, cache }));
  }
  return judgements;
}

async function createTenant(access: ManageAccess, name: string, profile: string) {
  const { id, tenantUrl } = await manage(access, '/manage/tenants', {
    name,
    policy: { endpoint: { profile } },
  });
  const { key } = await manage(access, `/manage/tenants/${id}/keys`, { label: 'npm run judge' });
  return { tenantUrl: String(tenantUrl), token: String(key) };
}

async function ask(judge: Judge, court: Court): Promise<Judgement> {
  try {
    return { judge: judge.name, ...(await judge.ask(court)) };
  } catch (error) {
    if (error instanceof JudgeAbsent) return { judge: judge.name, absent: error.message };
    throw error;
  }
}

process.exitCode = await main();
