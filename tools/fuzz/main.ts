import { readOptions } from '../read-options.ts';
import { startInProcess } from './in-process.ts';
import { type Finding, fuzz } from './run.ts';

const usage = `npm run fuzz -- [options]

Throws generated requests at the app in this process and checks every answer and the directory that is left.

  --runs N   how many (default 100000)
  --seed N   the same seed gives the same requests (default: by the clock)
  --ms N     longest time for an answer (default 50)`;

const findingsShown = 20;

/** Runs the command; gives the exit code: 1 on any finding. */
async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const values = readOptions(usage, { runs: text, seed: text, ms: text });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const started = performance.now();
  await using app = await startInProcess();
  const { findings, contradictions, statuses, slowest } = await fuzz(app, {
    runs: Number(values.runs ?? 100_000),
    seed,
    millisecondsMax: Number(values.ms ?? 50),
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
