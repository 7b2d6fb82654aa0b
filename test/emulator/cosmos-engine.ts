import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { emulatorKey } from './vercel.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Starts the emulator in a process of its own, for tests that run in several. */
export async function forkEmulator(): Promise<{ endpoint: string; child: ChildProcess }> {
  const child = fork(main, [], { execArgv: ['--import', 'tsx'] });
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', (code) => reject(new Error(`The emulator ended with ${code}`)));
  });
  return { endpoint, child };
}

/**
 * The settings of an endpoint that keeps its data on the emulator of this run, in the database that stands for its
 * folder; none unless MUSTER_TEST_ENGINE is `cosmos`.
 */
export function engineSettings(folder: string | undefined): Readonly<Record<string, string>> {
  const { MUSTER_TEST_ENGINE: engine, MUSTER_TEST_COSMOS: endpoint } = process.env;
  if (engine !== 'cosmos' || endpoint === undefined) return {};
  const name = folder === undefined ? randomUUID() : createHash('sha256').update(folder).digest('hex');
  return { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: emulatorKey, COSMOS_DATABASE: name };
}
