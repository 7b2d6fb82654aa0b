import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstMessage, startHost, stopProcess } from '../bench/endpoint.ts';
import { type ManageAccess, manage } from '../host/manage.ts';
import { cleanLines } from '../muster/terminal/clean-text.ts';
import { readOptions } from '../read-options.ts';
import { failuresOf, judgesPage, pagePath, printReport } from './report.ts';
import { complaint, runCommand } from './run-command.ts';
import { scimSanity } from './scim-sanity.ts';
import { scim2Tester } from './scim2-tester.ts';
import { scimverifyFrom } from './scimverify.ts';
import { type Court, type Judge, JudgeAbsent, type Judgement } from './verdict.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const usage = `npm run judge -- [options]

Starts the endpoint and runs the public test suites for SCIM servers (the judges) against it.

  --profile NAME     profile of the tenants that they test (default generic)
  --scimverify PATH  folder of the package scimverify (default: from npm)
  --write            writes ${pagePath}

Example:
  npm run judge -- --profile okta`;

const options = {
  profile: { type: 'string', default: 'generic' },
  scimverify: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;

/** Runs the command and returns the exit code: 1 for any failure that is not justified. */
async function main(): Promise<number> {
  const { profile, scimverify, write } = readOptions(usage, options);
  await build();
  const judges = [scim2Tester, scimSanity, scimverifyFrom(scimverify)];
  const judgements = await withEndpoint((access) => askAll(judges, access, profile));
  console.log(cleanLines(`\nProfile ${profile}\n\n${printReport(judgements, profile)}`));
  if (write) writeFileSync(join(root, pagePath), judgesPage(judgements, profile));
  const failures = failuresOf(judgements, profile).filter(({ justification }) => justification === undefined);
  return failures.length === 0 ? 0 : 1;
}

async function build(): Promise<void> {
  const built = await runCommand(process.execPath, ['tools/build.mjs'], { cwd: root });
  if (built.code !== 0) throw new Error(`The endpoint cannot be built: ${complaint(built)}`);
}

async function withEndpoint<T>(work: (access: ManageAccess) => Promise<T>): Promise<T> {
  const child = startHost('--memory');
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
