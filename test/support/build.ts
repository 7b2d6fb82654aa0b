import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the function app once before the tests; when that fails, the tests that need the build say so. */
export function setup(): void {
  const build = fileURLToPath(new URL('../../tools/build.mjs', import.meta.url));
  spawnSync(process.execPath, [build], { stdio: 'inherit' });
}
