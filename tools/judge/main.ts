import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withMuster } from '../bench/endpoint.ts';
import { type ManageAccess, manage } from '../host/manage.ts';
import { cleanLines } from '../muster/terminal/clean-text.ts';
import { readCommandLine } from '../read-options.ts';
import type { Group } from './judges.ts';
import { readOptions, usage } from './options.ts';
import { failuresOf, pagePath, printReport, withJudgements } from './report.ts';
import { type Court, type Judge, JudgeAbsent, type Judgement } from './verdict.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the command and returns the exit code: 1 for any failure that is not justified. */
async function main(): Promise<number> {
  const { chosen, profile, write } = readCommandLine(usage, readOptions);
  const judges = chosen.flatMap((group) => group.judges);
  const judgements = await withMuster((access) => askAll(judges, access, profile));
  console.log(cleanLines(`\nProfile ${profile}\n\n${printReport(judgements, profile)}`));
  if (write) writeParts(chosen, judgements, profile);
  const failures = failuresOf(judgements, profile).filter(({ justification }) => justification === undefined);
  return failures.length === 0 ? 0 : 1;
}

function writeParts(groups: readonly Group[], judgements: readonly Judgement[], profile: string): void {
  const path = join(root, pagePath);
  let page = readFileSync(path, 'utf8');
  for (const { name, judges } of groups) {
    const ofGroup = judgements.filter(({ judge }) => judges.some((other) => other.name === judge));
    page = withJudgements(page, name, { judgements: ofGroup, profile });
  }
  writeFileSync(path, page);
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
