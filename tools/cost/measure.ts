import { limits } from '../../lib/base/limits.ts';
import { tenantUrl } from '../bench/in-process.ts';
import { createRecorder } from '../client/recorder.ts';
import { createRequests } from '../client/requests.ts';
import { runSteps } from '../client/steps.ts';
import { hardDelete, softDelete } from '../entra/phases/deletion.ts';
import {
  incrementalEnables,
  incrementalGroups,
  incrementalManagers,
  incrementalUsers,
} from '../entra/phases/incremental.ts';
import { initialGroups, initialManagers, initialUsers } from '../entra/phases/initial.ts';
import { readBack } from '../entra/phases/read-back.ts';
import { createRun } from '../entra/provision.ts';
import type { Phase, Run } from '../entra/run.ts';
import { type Endpoint, openEndpoint, type Played } from './endpoint.ts';
import type { Measured, Units } from './measured.ts';
import { type Tally, tallied } from './tally.ts';

const initialCycle = [initialUsers, initialManagers, initialGroups];
const laterCycles = [
  readBack('Read back'),
  incrementalUsers,
  incrementalEnables,
  incrementalManagers,
  incrementalGroups,
  softDelete,
];
const gracePeriod = 31 * 24 * 3_600_000;

/** Runs Entra ID's cycles against the endpoint and adds up the store work. */
export async function measure(size: { users: number; groups: number }): Promise<Measured> {
  await using endpoint = openEndpoint();
  const recorder = createRecorder();
  const options = { ...size, seed: 1, flag: 'default', tenantUrl } as const;
  const run = createRun(options, createRequests(endpoint.send, recorder));

  const phases: { title: string; played: readonly Played[] }[] = [];
  for (const phase of initialCycle) {
    phases.push({ title: phase.title, played: await play(endpoint, run, [phase]) });
  }
  const initial = phases.flatMap(({ played }) => played);
  const memberships = await endpoint.count('groups', 'member');
  const records = (await endpoint.count('users', 'record')) + (await endpoint.count('groups', 'record'));
  const delivery = await deliverAll(endpoint);
  const feed = { ...sumOf(endpoint.entering), entries: await endpoint.count('feed', 'feed-entry') };
  const later = await play(endpoint, run, laterCycles);
  await deliverAll(endpoint);
  const lone = await enterOne(endpoint);
  const idle = await tallied(endpoint.sweep);
  const idleHalf = await tallied(endpoint.maintain);
  await endpoint.mark();
  const mark = await tallied(endpoint.mark);
  const look = await tallied(endpoint.look);
  const deleted = await play(endpoint, run, [hardDelete]);
  const sweeps = await sweep(endpoint);
  if (recorder.deviations.length > 0)
    throw new Error(
      `The endpoint answered differently from what Entra ID expects: ${recorder.deviations[0]?.got}`,
    );

  const all = [...initial, ...later, ...deleted];
  return {
    ...size,
    memberships,
    initial: phases.map(({ title, played }) => ({
      title,
      requests: played.length,
      ...sumOf(talliesOf(played)),
    })),
    requests: [...new Set(all.map(({ kind }) => kind))].sort().map((kind) => averageOf(kind, all)),
    delivery: { ...sumOf(delivery), records },
    feed,
    lone: unitsOf(lone),
    windDown: {
      users: deleted.filter(({ kind }) => kind === 'DELETE /Users/{id}').length,
      ...unitsBeyond(sweeps, idleHalf),
    },
    idle: sumOf([idle]),
    look: unitsOf(look),
    mark: unitsOf(mark),
    documents: documentsIn([...talliesOf(initial), ...delivery, ...endpoint.entering]),
    logBytes: Math.round(endpoint.log.bytes / endpoint.log.lines),
  };
}

async function play(endpoint: Endpoint, run: Run, phases: readonly Phase[]): Promise<readonly Played[]> {
  for (const phase of phases) await runSteps(phase.steps(run), { concurrency: 8, onDone: () => {} });
  return endpoint.played.splice(0);
}

/** Runs the timer until it finds no record that is due. */
async function deliverAll(endpoint: Endpoint): Promise<readonly Tally[]> {
  const runs: Tally[] = [];
  do runs.push(await tallied(endpoint.deliver));
  while (runs.at(-1)?.writes !== 0);
  return runs;
}

/** Enters one change, and then delivers it. */
async function enterOne(endpoint: Endpoint): Promise<Tally> {
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'lone@example.com' };
  await endpoint.send({ kind: 'POST /Users, alone', method: 'POST', path: '/Users', body });
  endpoint.played.splice(0);
  const lone = await tallied(endpoint.enter);
  await deliverAll(endpoint);
  return lone;
}

/** Runs the timer for deleted users: at once, when late requests are over, and after their grace period. */
async function sweep(endpoint: Endpoint): Promise<readonly Tally[]> {
  const sweeps: Tally[] = [];
  for (const wait of [0, limits.lateWritersSeconds * 1_000, gracePeriod]) {
    endpoint.passTime(wait);
    sweeps.push(await tallied(endpoint.maintain));
  }
  return sweeps;
}

const talliesOf = (played: readonly Played[]) => played.map(({ tally }) => tally);

function sumOf(tallies: readonly Tally[]) {
  const sum = (of: (tally: Tally) => number) =>
    rounded(tallies.reduce((total, tally) => total + of(tally), 0));
  return {
    operations: sum(({ operations }) => operations),
    reads: sum(({ reads }) => reads),
    recent: sum(({ recent }) => recent) || undefined,
    writes: sum(({ writes }) => writes),
  };
}

function unitsOf(tally: Tally): Units {
  const { operations: _, ...units } = sumOf([tally]);
  return units;
}

function averageOf(kind: string, played: readonly Played[]): Measured['requests'][number] {
  const same = played.filter((one) => one.kind === kind);
  const { operations, reads, recent = 0, writes } = sumOf(talliesOf(same));
  const each = (total: number) => rounded(total / same.length);
  return {
    ...{ kind, count: same.length, operations: each(operations) },
    ...{ reads: each(reads), recent: each(recent) || undefined, writes: each(writes) },
  };
}

function unitsBeyond(runs: readonly Tally[], idle: Tally) {
  const { reads, recent = 0, writes } = sumOf(runs);
  const beyond = (units: number, each: number) => rounded(units - runs.length * each);
  return { reads: beyond(reads, idle.reads), recent: beyond(recent, idle.recent), writes };
}

function documentsIn(tallies: readonly Tally[]): Measured['documents'] {
  const created = tallies.flatMap((tally) => tally.created);
  return [...new Set(created.map(({ kind }) => kind))].sort().map((kind) => {
    const same = created.filter((one) => one.kind === kind);
    const average = (sizes: readonly number[]) =>
      Math.round(sizes.reduce((sum, size) => sum + size, 0) / same.length);
    return {
      kind,
      count: same.length,
      bytes: average(same.map(({ bytes }) => bytes)),
      terms: average(same.map(({ terms }) => terms.size)),
    };
  });
}

/** Rounds to hundredths, so that the recorded numbers are readable. */
const rounded = (units: number) => Math.round(units * 100) / 100;
