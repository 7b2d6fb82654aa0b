import type { ChildProcess } from 'node:child_process';
import { forkEmulator } from '../emulator/cosmos-engine.ts';

let emulator: ChildProcess | undefined;

/** Starts the emulator that endpoints on the Cosmos engine keep their data on, a database for each. */
export async function setup(): Promise<void> {
  const { endpoint, child } = await forkEmulator();
  emulator = child;
  process.env.MUSTER_TEST_COSMOS = endpoint;
}

export function teardown(): void {
  emulator?.kill();
}
