import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgress } from '../client/progress.ts';
import { type Client, openClient, type ScimRequest } from './client.ts';
import { type Access, firstMessage, stopProcess } from './endpoint.ts';
import { measure } from './measure.ts';
import { peerRow } from './peer-rows.ts';
import { populateFolder } from './populate.ts';

/** The measurements of a server with one tenant of some users. */
export interface GrowthResult {
  readonly users: number;
  /** Bytes of the data folder. Each user has the record of its creation. */
  readonly diskBytes: number;
  /** Milliseconds of the clock and of CPU time from the start of the process to its first answer. */
  readonly start: { readonly milliseconds: number; readonly cpuMilliseconds: number };
  readonly atStart: Memory;
  /** The memory after users were read by id and all of them by a filter without an index. */
  readonly afterLoad: Memory;
  /** Milliseconds of CPU time of the filter. */
  readonly scanCpuMilliseconds: number;
}

/** Bytes, after garbage was collected. `rss` has the pages of the database that Linux keeps for the process too. */
interface Memory {
  readonly heapUsed: number;
  readonly rss: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const starter = fileURLToPath(new URL('../start.mjs', import.meta.url));
const probe = new URL('./cpu-probe.mjs', import.meta.url).href;
const progress = createProgress(process.stdout);
const readRequests = 2_000;
const scan: ScimRequest = {
  method: 'GET',
  path: '/Users?filter=title%20co%20%22no%20such%20title%22',
  status: 200,
};

/** Measures a server with a small directory, and then one with a large one. */
export async function runGrowth(sizes: {
  readonly small: number;
  readonly large: number;
}): Promise<readonly GrowthResult[]> {
  return [await measureGrowth(sizes.small), await measureGrowth(sizes.large)];
}

async function measureGrowth(users: number): Promise<GrowthResult> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-growth-'));
  try {
    progress.start(`Writing ${users} users`, users);
    const { advance } = progress;
    const { userIds } = await populateFolder(folder, { users, records: 'delivered', advance });
    progress.finish();
    const { size } = await stat(join(folder, 'data.mdb'));
    // The first start builds what is missing; the second is the start that is measured.
    await stopProcess((await startServer(folder)).child);
    return { users, diskBytes: size, ...(await measureServer(folder, userIds)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureServer(
  folder: string,
  userIds: readonly string[],
): Promise<Omit<GrowthResult, 'users' | 'diskBytes'>> {
  const before = performance.now();
  const { child, access } = await startServer(folder);
  const client = openClient(access, 1);
  const { request } = peerRow('get');
  try {
    await client.send(request(userIds, 0));
    const start = { milliseconds: performance.now() - before, cpuMilliseconds: await cpuTime(child) };
    const atStart = await memory(child);
    await measure((n) => client.send(request(userIds, n)), { atOnce: 1, until: { requests: readRequests } });
    const scanCpuMilliseconds = await cpuOf(child, () => client.send(scan));
    return { start, atStart, afterLoad: await memory(child), scanCpuMilliseconds };
  } finally {
    await client.close();
    await stopProcess(child);
  }
}

async function startServer(folder: string): Promise<{ child: ChildProcess; access: Access }> {
  const child = fork(starter, ['--port', '0', '--data', folder], {
    cwd: root,
    execArgv: ['--expose-gc', '--import', probe],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return { child, access: await firstMessage<Access>(child) };
}

async function cpuOf(child: ChildProcess, work: () => ReturnType<Client['send']>): Promise<number> {
  const before = await cpuTime(child);
  await work();
  return (await cpuTime(child)) - before;
}

async function cpuTime(child: ChildProcess): Promise<number> {
  child.send('cpu time');
  const { cpuMicroseconds } = await firstMessage<{ cpuMicroseconds: number }>(child);
  return cpuMicroseconds / 1_000;
}

function memory(child: ChildProcess): Promise<Memory> {
  child.send('memory');
  return firstMessage<Memory>(child);
}
