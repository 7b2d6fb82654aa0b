import { setTimeout as pause } from 'node:timers/promises';
import { type Random, seededRandom } from '../client/random.ts';
import { contradictionsOf } from '../fuzz/check-directory.ts';
import { type Engine, faultShares, type Soaked, startSoaked } from './endpoint.ts';
import { type MemorySample, memoryInUse, quarters } from './memory.ts';
import type { Findings } from './model.ts';
import { check, closeParty, openParty, type Party, work } from './party.ts';
import type { Tally } from './session.ts';

export interface SoakOptions {
  readonly engine: Engine;
  /** The time of the load: half of it with kills, half of it without, in which the memory is measured. */
  readonly milliseconds: number;
  readonly seed: number;
  /** Receives a line about the run so far. */
  readonly say: (line: string) => void;
}

/** The result of a run on one engine. */
export interface SoakResult extends Tally {
  readonly engine: Engine;
  readonly kills: number;
  /** The comparisons of a whole tenant with the model. */
  readonly comparisons: number;
  readonly failedCalls: number;
  readonly findings: Findings;
  /** The median of `RssAnon` in each quarter of the half without kills, in kilobytes. */
  readonly memory: readonly number[];
}

interface Run extends SoakOptions {
  readonly soaked: Soaked;
  readonly random: Random;
  readonly tally: Tally;
  readonly findings: Findings;
  party: Party;
  parties: number;
  kills: number;
  comparisons: number;
  /** The numbers of findings that were printed. */
  readonly told: { lost: number; wrong: number };
}

/** The longest time until a kill. */
const killMilliseconds = 15_000;
const quietMilliseconds = 30_000;
/** Rounds after which a tenant is deleted, so that no container grows without end. */
const roundsPerTenant = 4;
/** The least number of samples of the memory, of which each quarter has its share. */
const samplesMin = 8;
/** The most findings that are printed at once. */
const findingsShown = 20;
const contradictionsMilliseconds = 60_000;

/** Runs the load on one engine and compares what it holds with the answers. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { engine, seed } = options;
  await using soaked = await startSoaked(engine, seed);
  const tally = { requests: 0, written: 0, unanswered: 0 };
  const findings: Findings = { lost: [], wrong: [] };
  const party = await openParty({ soaked, seed, number: 0, findings, tally });
  const random = seededRandom(seed, engine);
  const counters = { party, parties: 1, kills: 0, comparisons: 0, told: { lost: 0, wrong: 0 } };
  const run: Run = { ...options, soaked, random, tally, findings, ...counters };
  await playWithKills(run);
  const memory = quarters(await playInQuiet(run));
  await expectNoContradictions(run);
  tellFindings(run);
  const { kills, comparisons } = run;
  return { ...tally, engine, kills, comparisons, failedCalls: soaked.failedCalls(), findings, memory };
}

async function playWithKills(run: Run): Promise<void> {
  const end = performance.now() + run.milliseconds / 2;
  for (let round = 0; performance.now() < end; round += 1) {
    const rest = end - performance.now();
    const milliseconds = Math.min(rest, run.random.below(killMilliseconds) + 500);
    await playRound(run, { milliseconds, faults: (round + 1) % faultShares.length, isKilled: true });
    run.kills += 1;
    await checkRound(run, round);
  }
}

/** Lets the process live, so that its memory can be measured; on the stand-in a tenth of the calls fails. */
async function playInQuiet(run: Run): Promise<readonly MemorySample[]> {
  const samples: MemorySample[] = [];
  const end = performance.now() + run.milliseconds / 2;
  const length = Math.min(run.milliseconds / 2 / samplesMin, quietMilliseconds);
  for (let round = 0; performance.now() < end; round += 1) {
    await playRound(run, { milliseconds: length, faults: 1, isKilled: false });
    await checkRound(run, round);
    const { pid } = run.soaked.running;
    if (pid !== undefined) samples.push(await memoryInUse(pid));
  }
  return samples;
}

interface Round {
  readonly milliseconds: number;
  /** The level of faults. */
  readonly faults: number;
  readonly isKilled: boolean;
}

async function playRound({ soaked, party }: Run, { milliseconds, faults, isKilled }: Round): Promise<void> {
  let isOver = false;
  soaked.setFaults(faults);
  const working = work(party, () => isOver);
  const ended = working.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([pause(milliseconds), ended]);
  const restarted = isKilled ? soaked.killAndStart() : Promise.resolve();
  isOver = true;
  await restarted;
  await working;
  soaked.setFaults(0);
}

/** Compares the tenant with the model; a tenant that has done its part, or is not as it should be, is deleted. */
async function checkRound(run: Run, round: number): Promise<void> {
  const { soaked, seed, findings, tally, engine } = run;
  await check(run.party, findings);
  run.comparisons += 1;
  const { lost, wrong } = findings;
  run.say(
    `${engine}: ${tally.requests} requests, ${tally.written} writes answered, ${run.kills} kills, ` +
      `${soaked.failedCalls()} failed store calls, ${lost.length} lost, ${wrong.length} wrong`,
  );
  const hasFindings = tellFindings(run);
  if ((round + 1) % roundsPerTenant !== 0 && !hasFindings) return;
  await expectNoContradictions(run);
  await closeParty(run.party);
  run.party = await openParty({ soaked, seed, number: run.parties, findings, tally });
  run.parties += 1;
}

/** Prints the findings that were not printed yet, and returns true if there are any. */
function tellFindings({ engine, findings, told, say }: Run): boolean {
  const kinds = ['lost', 'wrong'] as const;
  const news = kinds.flatMap((kind) =>
    findings[kind].slice(told[kind]).map((finding) => `${kind}: ${finding}`),
  );
  for (const line of news.slice(0, findingsShown)) say(`${engine}, ${line}`);
  for (const kind of kinds) told[kind] = findings[kind].length;
  return news.length > 0;
}

/** Looks into the stored documents, once the timer has completed what was cut off. */
async function expectNoContradictions({ soaked, party, findings }: Run): Promise<void> {
  const store = await soaked.openStore();
  try {
    const end = performance.now() + contradictionsMilliseconds;
    for (;;) {
      const found = await contradictionsOf(store, party.tenantId);
      if (found.length === 0) return;
      if (performance.now() > end) {
        findings.wrong.push(...found);
        return;
      }
      await soaked.running.manage('POST', '/admin/functions/maintenance', { input: '' });
      await pause(1_000);
    }
  } finally {
    await store.close();
  }
}
