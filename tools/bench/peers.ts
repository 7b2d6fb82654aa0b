import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgress } from '../client/progress.ts';
import { callsContender } from './calls-contender.ts';
import { type Endpoint, startEmptyFunction, startMuster, startScimmy } from './endpoint.ts';
import { createUsers, endpointContender } from './endpoint-contender.ts';
import { peerRows } from './peer-rows.ts';
import { type Contender, race, roundsOf, type Standing } from './race.ts';

/** The names of the contenders in the tables. */
export const contenders = {
  durable: 'Muster',
  memory: 'Muster --memory',
  scimmy: 'SCIMMY',
  empty: 'empty function',
  operation: 'Muster: operation',
  pipeline: 'Muster: pipeline',
} as const;

/** The results of all contenders in one row. */
export interface PeerResult {
  readonly row: string;
  readonly standings: readonly Standing[];
}

export interface PeersOptions {
  readonly users: number;
  readonly rounds: number;
  /** The time for each contender in a round. */
  readonly milliseconds: number;
}

const progress = createProgress(process.stdout);

type Closing = () => Promise<unknown>;

/** Races the same requests over HTTP, with each contender in its own process. */
export async function raceOverHttp(options: PeersOptions): Promise<readonly PeerResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-peers-'));
  const closings: Closing[] = [];
  const enter = async (name: string, starting: Promise<Endpoint>, keeps = true): Promise<Contender> => {
    const endpoint = await starting;
    closings.unshift(endpoint.stop);
    const ids = keeps ? await fill(name, endpoint, options.users) : ['0'];
    const contender = endpointContender(name, endpoint, { ids, keeps });
    closings.unshift(contender.close);
    return contender;
  };
  try {
    const runners = [
      await enter(contenders.durable, startMuster(folder)),
      await enter(contenders.memory, startMuster()),
      await enter(contenders.scimmy, startScimmy()),
      await enter(contenders.empty, startEmptyFunction(), false),
    ];
    return await raceRows('Over HTTP', runners, options);
  } finally {
    for (const close of closings) await close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Races the same requests without HTTP, as calls within a process. */
export async function raceInProcess(options: PeersOptions): Promise<readonly PeerResult[]> {
  const closings: Closing[] = [];
  const enter = async (name: 'operation' | 'pipeline' | 'scimmy'): Promise<Contender> => {
    const contender = await callsContender(contenders[name], name, options.users);
    closings.push(contender.close);
    return contender;
  };
  try {
    const runners = [await enter('operation'), await enter('pipeline'), await enter('scimmy')];
    return await raceRows('In process', runners, options);
  } finally {
    for (const close of closings) await close();
  }
}

async function fill(name: string, endpoint: Endpoint, users: number): Promise<readonly string[]> {
  progress.start(`${name}: creating users`, users);
  const ids = await createUsers(endpoint, users, progress.advance);
  progress.finish();
  return ids;
}

async function raceRows(
  title: string,
  runners: readonly Contender[],
  { rounds, milliseconds }: PeersOptions,
): Promise<readonly PeerResult[]> {
  const results: PeerResult[] = [];
  for (const { name: row } of peerRows) {
    progress.start(`${title}: ${row}`, roundsOf(1, runners.length, rounds));
    const standings = await race(row, runners, { rounds, milliseconds, advance: progress.advance });
    progress.finish();
    results.push({ row, standings });
  }
  return results;
}
