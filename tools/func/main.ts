import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from '../../lib/base/once.ts';
import { describeError } from '../host/log.ts';
import { inMemory, readSettings } from '../host/settings.ts';
import { stopOnSignals } from '../host/signals.ts';
import { StartError } from '../host/start-error.ts';
import { readCommandLine } from '../read-options.ts';
import { startAzurite } from './azurite.ts';
import { type ChildGroup, startGroup } from './child-group.ts';
import { findCoreTools } from './core-tools.ts';
import { provideLocalSettings } from './local-settings.ts';
import { type FuncOptions, readFuncOptions, usage } from './options.ts';

const buildScript = fileURLToPath(new URL('../build.mjs', import.meta.url));
// npm runs a script in the folder of package.json.
const app = process.cwd();

const options = readCommandLine(usage, readFuncOptions);
const running: Pick<ChildGroup, 'stop'>[] = [];
let isInterrupted = false;

/** Stops the host first, because it still writes to the storage when it ends. */
const stopAll = once(async () => {
  for (const { stop } of running) await stop();
});

stopOnSignals(() => {
  isInterrupted = true;
  return stopAll();
});

const code = await main().catch((error) => {
  const isExpected = error instanceof StartError;
  if (!isInterrupted) console.error(isExpected ? error.message : describeError(error));
  return 1;
});
// After a signal, the signal handler ends the process.
if (!isInterrupted) {
  await stopAll();
  process.exit(code);
}

async function main(): Promise<number> {
  const func = findCoreTools();
  const { status } = spawnSync(process.execPath, [buildScript], { stdio: 'inherit' });
  return status === 0 ? serve(func, options) : 1;
}

/** Runs `func start` together with Azurite until `func` ends; returns its exit code. */
async function serve(func: string, { port, data }: FuncOptions): Promise<number> {
  if (await provideLocalSettings(app)) {
    console.log('There was no local.settings.json, so it was created from local.settings.sample.json.');
  }
  const settings = await readSettings(app, { data, memory: false });
  const { PUBLIC_BASE_URL, MUSTER_DATA } = settings.env(`http://127.0.0.1:${port}`);
  const storage = join(settings.data === inMemory ? join(app, '.muster') : settings.data, 'azurite');
  const azurite = startAzurite(storage);
  running.unshift(azurite);
  const AzureWebJobsStorage = await azurite.connectionString;
  if (isInterrupted) return 1;
  console.log(`Azurite stores the host's data in ${storage}. Ctrl-C stops both.`);
  const host = startGroup(func, ['start', '--port', String(port)], {
    cwd: app,
    env: { ...process.env, AzureWebJobsStorage, PUBLIC_BASE_URL, MUSTER_DATA },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  running.unshift(host);
  return (await host.ended) ?? 1;
}
