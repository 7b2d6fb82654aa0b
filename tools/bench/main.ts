import { findCommit, UnknownCommitError } from '../checkout.ts';
import { readCommandLine } from '../read-options.ts';
import { againstAim, againstTable, isSlower } from './against-report.ts';
import { coldAim, coldCpuTable, coldOverhead, coldRatios, coldTable, coldVerdict } from './cold-report.ts';
import { judgeDisk } from './disk-report.ts';
import { fairAim, fairTable, isUnfair } from './fair-report.ts';
import { growthTable } from './growth-report.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import type { Benchmark, Section } from './performance-page.ts';
import { burdenTable, missedAims, reachTable } from './reach-report.ts';
import { flatAim, flatTable, httpRatios, inProcessRatios, standingsTable } from './report.ts';
import { printTable } from './table.ts';
import { judgeTenants } from './tenants-report.ts';

type Options<C> = Extract<BenchOptions, { command: C }>;

/** Runs a benchmark and returns the exit code. */
async function main(): Promise<number> {
  const options = readCommandLine(usage, readOptions);
  const args = process.argv.slice(2);
  const command = `npm run bench -- ${args.filter((arg) => arg !== '--check').join(' ')}`;
  switch (options.command) {
    case 'flat':
      return flat(options, command);
    case 'peers':
      return peers(options, command);
    case 'cold':
      return cold(options, command);
    case 'tenants':
      return tenants(options, command);
    case 'disk':
      return disk(options, command);
    case 'reach':
      return reach(options, command);
    case 'growth':
      return growth(options, command);
    case 'fair':
      return fair(options, command);
    case 'against':
      return against(options);
  }
}

async function flat(options: Options<'flat'>, command: string): Promise<number> {
  const { runFlat } = await import('./flat.ts');
  const results = await runFlat(options);
  const table = flatTable(results, options);
  await report('flat', { command, dry: options.dry }, [{ title: 'Small and large directories', table }]);
  const slow = results.filter(({ ratio }) => ratio > flatAim);
  const quick = `${results.length - slow.length} of ${results.length}`;
  console.log(`\n${quick} rows take at most ${flatAim} times as long in the large directory`);
  return options.check && slow.length > 0 ? 1 : 0;
}

async function peers(options: Options<'peers'>, command: string): Promise<number> {
  const { raceInProcess, raceOverHttp } = await import('./peers.ts');
  const http = await raceOverHttp(options);
  const inProcess = await raceInProcess(options);
  await report('peers', { command, dry: options.dry }, [
    { title: 'Over HTTP, 16 connections (8 for title co)', table: standingsTable(http) },
    { title: 'Ratios over HTTP', table: httpRatios(http) },
    { title: 'In process, 16 concurrent calls (8 for title co)', table: standingsTable(inProcess) },
    { title: 'Ratios in process', table: inProcessRatios(inProcess) },
  ]);
  return 0;
}

async function cold(options: Options<'cold'>, command: string): Promise<number> {
  const { runCold } = await import('./cold.ts');
  const results = await runCold(options);
  await report('cold', { command, dry: options.dry }, [
    { title: 'Cold start', table: coldTable(results) },
    { title: 'CPU time of a cold start', table: coldCpuTable(results) },
    { title: 'Cold start ratios', table: coldRatios(results) },
  ]);
  const verdict = coldVerdict(results);
  const overhead = coldOverhead(results).toFixed(0);
  console.log(
    `\nThe package registers ${overhead} ms later than bare Node; the target of ${coldAim} ms is ${verdict}`,
  );
  return options.check && verdict === 'missed' ? 1 : 0;
}

async function tenants(options: Options<'tenants'>, command: string): Promise<number> {
  const { runTenants } = await import('./tenants.ts');
  const verdict = judgeTenants(await runTenants(options), options);
  await report('tenants', { command, dry: options.dry }, [
    { title: 'Many tenants at once', table: verdict.table },
  ]);
  console.log(`\n${verdict.sentence}`);
  return options.check && !verdict.isMet ? 1 : 0;
}

async function disk(options: Options<'disk'>, command: string): Promise<number> {
  const { runDisk, UncountedError } = await import('./disk.ts');
  try {
    const { table, sentence, isMet } = judgeDisk(await runDisk(options), options);
    await report('disk', { command, dry: options.dry }, [{ title: 'Bytes written to the disk', table }]);
    console.log(`\n${sentence}`);
    return options.check && !isMet ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UncountedError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function reach(options: Options<'reach'>, command: string): Promise<number> {
  const { runReach } = await import('./reach.ts');
  const result = await runReach(options);
  await report('reach', { command, dry: options.dry }, [
    { title: 'The way to the product', table: reachTable(result) },
    { title: 'What the feed adds to a change', table: burdenTable(result) },
  ]);
  const missed = missedAims(result);
  console.log(missed.length > 0 ? `\nMissed: ${missed.join(', ')}` : '\nAll bounds are met');
  return options.check && missed.length > 0 ? 1 : 0;
}

async function growth(options: Options<'growth'>, command: string): Promise<number> {
  const { runGrowth } = await import('./growth.ts');
  const table = growthTable(await runGrowth(options));
  await report('growth', { command, dry: options.dry }, [{ title: 'Growth of one tenant', table }]);
  return 0;
}

async function fair(options: Options<'fair'>, command: string): Promise<number> {
  const { runFair } = await import('./fair.ts');
  const results = await runFair(options);
  await report('fair', { command, dry: options.dry }, [
    { title: 'One tenant beside the load of another', table: fairTable(results) },
  ]);
  const unfair = results.filter(isUnfair);
  const fairRows = `${results.length - unfair.length} of ${results.length}`;
  console.log(
    `\n${fairRows} rows have a p50 of at most ${fairAim.p50} ms and a p99 of at most ${fairAim.p99} ms`,
  );
  return options.check && unfair.length > 0 ? 1 : 0;
}

async function against({ ref, ...options }: Options<'against'>): Promise<number> {
  const commit = findCommit(ref);
  const { runAgainst } = await import('./against.ts');
  const results = await runAgainst({ commit, ...options });
  const { header, rows } = againstTable(commit, results);
  console.log(`\n${printTable(header, rows)}\n`);
  for (const { row, absence } of results) {
    if (absence !== undefined) console.log(`${commit} cannot answer "${row.name}": ${absence}`);
  }
  const slower = results.filter(isSlower);
  const rounds = Math.max(...results.map(({ pairs }) => pairs.length));
  console.log(
    `${slower.length} of ${results.length} rows need more than ${againstAim} times the CPU time, by ${rounds} rounds`,
  );
  return options.check && slower.length > 0 ? 1 : 0;
}

async function report(
  name: Benchmark,
  { command, dry }: { command: string; dry: boolean },
  sections: readonly Section[],
): Promise<void> {
  for (const { title, table } of sections) {
    console.log(`\n${title}\n\n${printTable(table.header, table.rows)}`);
  }
  if (dry) return;
  const { writeSections } = await import('./performance-page.ts');
  await writeSections(name, command, sections);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UnknownCommitError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
