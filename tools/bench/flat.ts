import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgress } from '../client/progress.ts';
import { openClient } from './client.ts';
import { startMuster } from './endpoint.ts';
import { type FlatEndpoint, type FlatRow, flatRows } from './flat-rows.ts';
import { measure, median, percentile } from './measure.ts';
import { populateFolder } from './populate.ts';

/** The times of one row in milliseconds, in the small and in the large directory. */
export interface FlatResult {
  readonly name: string;
  /** The median of each round's p50; `large` likewise. */
  readonly small: number;
  readonly large: number;
  /** The median over the rounds of the large directory's time divided by the small one's. */
  readonly ratio: number;
}

export interface FlatOptions {
  /** The number of users in each directory, all members of one group; at least 500. */
  readonly small: number;
  readonly large: number;
  readonly rounds: number;
}

const progress = createProgress(process.stdout);

/** Times the same requests against a small and a large directory, in turns. */
export async function runFlat({ small, large, rounds }: FlatOptions): Promise<readonly FlatResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-flat-'));
  const closings: (() => Promise<unknown>)[] = [];
  try {
    const endpoints: FlatEndpoint[] = [];
    for (const [name, users] of Object.entries({ small, large })) {
      const { endpoint, close } = await startPopulated(join(folder, name), users);
      closings.push(close);
      endpoints.push(endpoint);
    }
    const results: FlatResult[] = [];
    for (const row of flatRows) results.push(await timeRow(row, endpoints, rounds));
    return results;
  } finally {
    await Promise.all(closings.map((close) => close()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fills a data folder and starts an endpoint on it. */
export async function startPopulated(folder: string, users: number) {
  progress.start(`Writing ${users} users and memberships`, 2 * users);
  // Without this, the timer would deliver records during the measurement.
  const options = { users, members: users, records: false, advance: progress.advance };
  const population = await populateFolder(folder, options);
  progress.finish();
  const muster = await startMuster(folder);
  const client = openClient(muster, 1);
  const close = async () => {
    await client.close();
    await muster.stop();
  };
  return { endpoint: { client, population }, close };
}

async function timeRow(
  row: FlatRow,
  endpoints: readonly FlatEndpoint[],
  rounds: number,
): Promise<FlatResult> {
  const [small, large] = endpoints.map((endpoint) => ({ endpoint, p50s: [] as number[] }));
  if (!small || !large) throw new Error('A row needs two directories');
  progress.start(row.name, rounds);
  for (let round = 0; round <= rounds; round += 1) {
    for (const { endpoint, p50s } of round % 2 === 0 ? [small, large] : [large, small]) {
      const p50 = await timeRound(row, endpoint);
      if (round > 0) p50s.push(p50);
    }
    progress.advance(round);
  }
  progress.finish();
  const ratios = large.p50s.map((p50, round) => p50 / (small.p50s[round] ?? Number.NaN));
  return { name: row.name, small: median(small.p50s), large: median(large.p50s), ratio: median(ratios) };
}

async function timeRound(row: FlatRow, endpoint: FlatEndpoint): Promise<number> {
  const { client } = endpoint;
  if (row.prepare) await client.send(row.prepare(endpoint));
  const { latencies } = await measure((sequence) => client.send(row.request(endpoint, sequence)), {
    atOnce: 1,
    until: { requests: row.requests },
  });
  return percentile(latencies, 0.5);
}
