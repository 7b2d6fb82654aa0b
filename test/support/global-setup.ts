import { type ChildProcess, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

let emulator: ChildProcess | undefined;

/**
 * Builds the function app once before the tests; when that fails, the tests that need the build say so.
 *
 * With MUSTER_TEST_ENGINE=cosmos endpoints keep their data on an emulator, which is started here.
 */
export async function setup(): Promise<void> {
  const build = fileURLToPath(new URL('../../tools/build.mjs', import.meta.url));
  spawnSync(process.execPath, [build], { stdio: 'inherit' });
  if (process.env.MUSTER_TEST_ENGINE !== 'cosmos') return;
  const { forkEmulator } = await import('../emulator/cosmos-engine.ts');
  const { endpoint, child } = await forkEmulator();
  emulator = child;
  process.env.MUSTER_TEST_COSMOS = endpoint;
}

export function teardown(): void {
  emulator?.kill();
}
