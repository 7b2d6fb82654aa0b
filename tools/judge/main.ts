import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstMessage, startHost, stopProcess } from '../bench/endpoint.ts';
import { type ManageAccess, manage } from '../host/manage.ts';
import { cleanLines } from '../muster/terminal/clean-text.ts';
import { parseOptions, readCommandLine, UsageError } from '../read-options.ts';
import { microsoft } from './microsoft.ts';
import { failuresOf, judgesPage, pagePath, printReport } from './report.ts';
import { complaint, runCommand } from './run-command.ts';
import { scimSanity } from './scim-sanity.ts';
import { scim2Tester } from './scim2-tester.ts';
import { scimverifyFrom } from './scimverify.ts';
import { type Court, type Judge, JudgeAbsent, type Judgement } from './verdict.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const usage = `npm run judge -- [JUDGE …] [options]

Starts the endpoint and runs the public test suites for SCIM servers (the judges) against it. JUDGE is scim2-tester,
scim-sanity, scimverify or microsoft; without one, all of them run.

  --profile NAME     profile of the tenants that they test (default generic)
  --scimverify PATH  folder of the package scimverify (default: from npm)
  --write            writes ${pagePath}

Example:
  npm run judge -- microsoft --profile entra`;

const options = {
  profile: { type: 'string', default: 'generic' },
  scimverify: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;

/** Runs the command and returns the exit code: 1 for any failure that is not justified. */
async function main(): Promise<number> {
  const { judges, profile, write } = readCommandLine(usage, readCommand);
  await build();
  const judgements = await withEndpoint((access) => askAll(judges, access, profile));
  console.log(cleanLines(`\nProfile ${profile}\n\n${printReport(judgements, profile)}`));
  if (write) writeFileSync(join(root, pagePath), judgesPage(judgements, profile));
  const failures = failuresOf(judgements, profile).filter(({ justification }) => justification === undefined);
  return failures.length === 0 ? 0 : 1;
}

function readCommand(args: readonly string[]) {
  const { values, words } = parseOptions({ usage, options, takesWords: true }, args);
  const { profile, scimverify, write } = values;
  const all = [scim2Tester, scimSanity, scimverifyFrom(scimverify), microsoft];
  const unknown = words.find((word) => !all.some(({ name }) => name === word));
  if (unknown !== undefined) {
    throw new UsageError(`There is no judge ${unknown}: name ${all.map(({ name }) => name).join(', ')}.`);
  }
  if (write && words.length > 0) throw new UsageError('--write needs the verdicts of all judges: name none.');
  const judges = words.length === 0 ? all : all.filter(({ name }) => words.includes(name));
  return { judges, profile, write };
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
    const tenant = await createTenant(access, judge, profile);
    judgements.push(await ask(judge, { ...tenant, cache }));
  }
  return judgements;
}

async function createTenant(access: ManageAccess, { name, packs = [] }: Judge, profile: string) {
  const { id, tenantUrl } = await manage(access, '/manage/tenants', {
    name,
    policy: { endpoint: { profile, packs } },
  });
  const keys = `/manage/tenants/${id}/keys`;
  const { key } = await manage(access, keys, { label: 'npm run judge' });
  const client = await manage(access, keys, { label: 'npm run judge', kind: 'client' });
  return {
    tenantUrl: String(tenantUrl),
    token: String(key),
    client: {
      tokenEndpoint: String(client.tokenEndpoint),
      clientId: String(client.clientId),
      clientSecret: String(client.clientSecret),
    },
  };
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
