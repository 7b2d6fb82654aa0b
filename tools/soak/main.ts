import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { printTable } from '../bench/table.ts';
import { parseOptions, readCommandLine, UsageError, wholeNumber } from '../read-options.ts';
import type { Engine } from './endpoint.ts';
import type { SoakResult } from './run.ts';

const usage = `npm run soak -- MINUTES [options]

Builds, starts an endpoint on each engine in turn, and lets clients, an operator and an attacker work on it. In the
first half it kills the process at random and starts it again. On the stand-in of Cosmos DB, 10 to 40 % of the store
calls fail. It compares all that the endpoint holds with what it has answered. In the second half it lets the process
live and measures its memory. It writes the table into docs/reliability.md, and ends with 1 if anything is lost or
wrong.

  --engine NAME  only this engine: embedded or cosmos; may be given several times
  --seed N       determines the names and choices of the clients (default: from the clock)
  --dry          does not change the page

Example:
  npm run soak -- 4 --engine embedded --dry`;

const options = {
  engine: { type: 'string', multiple: true },
  seed: { type: 'string' },
  dry: { type: 'boolean' },
} as const;
const engines: readonly Engine[] = ['embedded', 'cosmos'];
const root = fileURLToPath(new URL('../..', import.meta.url));

function readSoakOptions(args: readonly string[]) {
  const { values, words } = parseOptions({ usage, options, takesWords: true }, args);
  const [minutes, ...rest] = words;
  if (minutes === undefined || rest.length > 0)
    throw new UsageError(`Give the number of minutes.\n\n${usage}`);
  const wanted: readonly string[] = values.engine ?? engines;
  const unknown = wanted.find((name) => !engines.some((engine) => engine === name));
  if (unknown !== undefined) throw new UsageError(`--engine must be embedded or cosmos, not "${unknown}".`);
  return {
    minutes: wholeNumber('MINUTES', minutes, 1),
    engines: engines.filter((engine) => wanted.includes(engine)),
    seed: wholeNumber('--seed', values.seed ?? String(Date.now() % 2 ** 31), 0),
    dry: values.dry ?? false,
  };
}

async function main(): Promise<number> {
  const { minutes, engines: chosen, seed, dry } = readCommandLine(usage, readSoakOptions);
  const { status } = spawnSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) return 1;
  const [{ soak }, { soakTable, writeTable }] = await Promise.all([
    import('./run.ts'),
    import('./report.ts'),
  ]);
  console.log(`seed ${seed}`);
  const results: SoakResult[] = [];
  for (const engine of chosen) {
    const milliseconds = (minutes * 60_000) / chosen.length;
    const started = performance.now();
    const say = (line: string) =>
      console.log(`${Math.round((performance.now() - started) / 1_000)} s  ${line}`);
    results.push(await soak({ engine, milliseconds, seed, say }));
  }
  const table = soakTable(results);
  console.log(`\n${printTable(table.header, table.rows)}`);
  if (!dry) await writeTable(minutes, table);
  return results.every(({ findings }) => findings.lost.length + findings.wrong.length === 0) ? 0 : 1;
}

process.exit(await main());
