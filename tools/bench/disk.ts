import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createProgress } from '../client/progress.ts';
import type { ManageAccess } from '../host/manage.ts';
import { leaveMinute } from './against-round.ts';
import { type Client, openClient } from './client.ts';
import { startMuster } from './endpoint.ts';
import { measure } from './measure.ts';
import { peerRow } from './peer-rows.ts';
import { populateFolder } from './populate.ts';

/** The number of users in each directory, and of requests of each kind. */
export interface DiskOptions {
  readonly small: number;
  readonly large: number;
  readonly requests: number;
}

/** The bytes that one request of a kind writes in each directory, without its answer and its line in the log. */
export interface DiskResult {
  readonly name: string;
  readonly small: number;
  readonly large: number;
}

/** The machine does not count what a process writes. */
export class UncountedError extends Error {
  override readonly name = 'UncountedError';
}

const progress = createProgress(process.stdout);
const rows = ['create', 'PATCH'] as const;
/** Requests before the first measured one, so that what a start has left to write is not counted. */
const warmUpRequests = 10;
const restMilliseconds = 500;

/**
 * Counts the bytes that a server writes for a request, one after the other, in a small and in a large directory.
 * Throws an UncountedError where no process can be asked for that.
 */
export async function runDisk({ small, large, requests }: DiskOptions): Promise<readonly DiskResult[]> {
  if (!existsSync('/proc/self/io')) {
    throw new UncountedError('This machine has no /proc/self/io, which counts the bytes: run this on Linux');
  }
  const [inSmall, inLarge] = [await measureIn(small, requests), await measureIn(large, requests)];
  const bytesOf = (name: string, bytes: ReadonlyMap<string, number>) => bytes.get(name) ?? Number.NaN;
  return [...inSmall.keys()].map((name) => {
    return { name, small: bytesOf(name, inSmall), large: bytesOf(name, inLarge) };
  });
}

async function measureIn(users: number, requests: number): Promise<ReadonlyMap<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-disk-'));
  try {
    progress.start(`Writing ${users} users`, users);
    const { advance } = progress;
    const { userIds } = await populateFolder(folder, { users, records: 'delivered', advance });
    progress.finish();
    const muster = await startMuster(folder);
    const client = openClient(muster, 1);
    try {
      return await measureRows({ ...muster, client, userIds }, requests);
    } finally {
      await client.close();
      await muster.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measured extends ManageAccess {
  readonly pid: number;
  readonly client: Client;
  readonly userIds: readonly string[];
}

async function measureRows(muster: Measured, requests: number): Promise<ReadonlyMap<string, number>> {
  const bytes = new Map<string, number>();
  const answer = await measureRow(muster, 'get', requests);
  for (const name of rows) {
    const written = await measureRow(muster, name, requests);
    bytes.set(name, written.now - answer.now);
    bytes.set(`${name}, by the timer later`, written.later);
  }
  return bytes;
}

/** The bytes that one request of a row writes until it is answered, and those that the timer writes for it. */
async function measureRow(
  { client, userIds, ...muster }: Measured,
  name: string,
  requests: number,
): Promise<{ readonly now: number; readonly later: number }> {
  const { request } = peerRow(name);
  const send = (n: number) => client.send(request(userIds, n));
  progress.start(name, 1);
  await measure(send, { atOnce: 1, until: { requests: warmUpRequests } });
  await runTimers(muster);
  await leaveMinute();
  const before = await settle(muster.pid);
  await measure(send, { atOnce: 1, until: { requests } });
  const after = await settle(muster.pid);
  await runTimers(muster);
  const end = await settle(muster.pid);
  progress.finish();
  return { now: (after - before) / requests, later: (end - after) / requests };
}

/** Runs the timer that delivers the records of changes. */
async function runTimers({ baseUrl, functionKey, pid }: Omit<Measured, 'client' | 'userIds'>): Promise<void> {
  const answer = await fetch(`${baseUrl}/admin/functions/maintenance`, {
    method: 'POST',
    headers: { 'x-functions-key': functionKey, 'content-type': 'application/json' },
    body: '{}',
  });
  if (answer.status !== 202) throw new Error(`The timer answered ${answer.status}`);
  await settle(pid);
}

/** Waits until a process writes nothing more; gives the bytes that it has written since its start. */
async function settle(pid: number): Promise<number> {
  for (let last = await writtenBytes(pid); ; ) {
    await pause(restMilliseconds);
    const now = await writtenBytes(pid);
    if (now === last) return now;
    last = now;
  }
}

/**
 * The bytes of a process's write calls: pages of the database, answers, and lines of the log. `write_bytes` in the same
 * file would be 16 times as much where the system keeps a file in pieces of 64 KB, of which it writes single pages.
 */
async function writtenBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8');
  return Number(/^wchar: (\d+)$/m.exec(text)?.[1]);
}
