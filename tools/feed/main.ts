import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readOptions, wholeNumber } from '../read-options.ts';

const usage = `npm run feed -- [options]

Builds, starts an endpoint on the embedded engine, and lets clients change users and groups, while a consumer in a
process of its own follows the feed. It kills both at random. At the end it compares what the consumer has with a
snapshot, and ends with 1 if an event was lost or applied twice, or a row differs.

  --events N  changes to make (default: 100000)
  --kills N   kills of the endpoint, and as many of the consumer (default: 50)
  --seed N    determines the choices (default: from the clock)

Example:
  npm run feed -- --events 5000 --kills 5`;

const options = {
  events: { type: 'string' },
  kills: { type: 'string' },
  seed: { type: 'string' },
} as const;

async function main(): Promise<number> {
  const {
    events = '100000',
    kills = '50',
    seed = String(Date.now() % 2 ** 31),
  } = readOptions(usage, options);
  const chosen = {
    events: wholeNumber('--events', events, 1),
    kills: wholeNumber('--kills', kills, 0),
    seed: wholeNumber('--seed', seed, 0),
  };
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { status } = spawnSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) return 1;
  const { soakFeed } = await import('./run.ts');
  const started = performance.now();
  const result = await soakFeed({ ...chosen, say: (line) => console.log(line) });
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(JSON.stringify({ ...result, seed: chosen.seed, seconds }));
  const { lost, twice, gaps, different } = result;
  return lost + twice + gaps + different === 0 ? 0 : 1;
}

process.exitCode = await main();
