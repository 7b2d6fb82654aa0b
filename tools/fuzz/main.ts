import { parseOptions, readCommandLine, wholeNumber } from '../read-options.ts';
import type { Finding } from './run.ts';

const usage = `npm run fuzz -- [options]

Sends generated requests to the app in this process and checks every answer. Finally it checks that the stored
directories are consistent.

  --runs N   number of requests (default 100000)
  --seed N   the same seed gives the same requests (default: from the clock)
  --ms N     longest time allowed for an answer, in milliseconds (default 50)

Example:
  npm run fuzz -- --runs 10000 --seed 7`;

const findingsShown = 20;

const text = { type: 'string' } as const;
const options = { runs: text, seed: text, ms: text } as const;

function readOptions(args: readonly string[]) {
  const { values } = parseOptions({ usage, options }, args);
  return {
    runs: wholeNumber('--runs', values.runs ?? '100000', 1),
    seed: wholeNumber('--seed', values.seed ?? String(Date.now() % 2 ** 31), 0),
    millisecondsMax: wholeNumber('--ms', values.ms ?? '50', 1),
  };
}

/** Runs the command and returns the exit code: 1 if there is any finding. */
async function main(): Promise<number> {
  const { runs, seed, millisecondsMax } = readCommandLine(usage, readOptions);
  const [{ startInProcess }, { fuzz }] = await Promise.all([import('./in-process.ts'), import('./run.ts')]);
  const started = performance.now();
  await using app = await startInProcess();
  const { findings, contradictions, statuses, slowest } = await fuzz(app, {
    runs,
    seed,
    millisecondsMax,
    onProgress: (done) => {
      if (done % 10_000 === 0) console.log(`${done} requests`);
    },
  });
  console.log(
    `seed ${seed}, ${((performance.now() - started) / 1_000).toFixed(1)} s, slowest ${slowest.toFixed(1)} ms`,
  );
  console.log(JSON.stringify(statuses));
  for (const finding of findings.slice(0, findingsShown)) console.log(describeFinding(finding));
  for (const contradiction of contradictions.slice(0, findingsShown)) console.log(contradiction);
  console.log(`${findings.length + contradictions.length} findings`);
  return findings.length + contradictions.length === 0 ? 0 : 1;
}

function describeFinding({ run, fault, request, cause = '' }: Finding): string {
  const { method, target, headers, body } = request;
  const { authorization: _key, ...shown } = headers;
  const lines = [
    `run ${run}: ${fault}`,
    `${method} ${target}`,
    JSON.stringify(shown),
    String(body ?? '').slice(0, 1_000),
    cause.slice(0, 2_000),
  ];
  return lines.filter((line) => line !== '').join('\n  ');
}

process.exit(await main());
