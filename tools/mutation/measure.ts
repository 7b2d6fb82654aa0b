import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { type Area, areas } from './areas.ts';

type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/** Mutants of an area, and the number that the tests noticed. */
export interface Measurement {
  readonly area: Area;
  readonly mutants: number;
  readonly killed: number;
  /** One line for each mutant that no test noticed: its place, and the code before and after. */
  readonly survivors: readonly string[];
  readonly minutes: number;
}

const shownMax = 70;

/** Changes the code of an area, one mutant at a time in a copy of the project, and runs the tests that reach it. */
export async function measure(area: Area): Promise<Measurement> {
  const started = Date.now();
  const { code, tests } = areas[area];
  // Read by vitest.config.ts in the processes that Stryker starts.
  process.env.MUSTER_MUTATION_TESTS = JSON.stringify(tests);
  const options = { configFile: 'tools/mutation/stryker.json', mutate: [...code] };
  const found = await new Stryker(options).runMutationTest();
  const mutants = found.filter(({ status }) => status !== 'Ignored');
  const survivors = mutants.filter(({ status }) => status !== 'Killed' && status !== 'Timeout');
  return {
    area,
    mutants: mutants.length,
    killed: mutants.length - survivors.length,
    survivors: survivors.map(describe).sort(),
    minutes: (Date.now() - started) / 60_000,
  };
}

function describe(mutant: Mutant): string {
  const { start } = mutant.location;
  const place = `${relative('.', mutant.fileName)}:${start.line}:${start.column}`;
  return `${place} ${shorten(textOf(mutant))} -> ${shorten(mutant.replacement ?? '')}${doubtOf(mutant)}`;
}

function textOf({ fileName, location: { start, end } }: Mutant): string {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) =>
      line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
    )
    .join('\n');
}

/** Stryker's runner counts a mutant as survived when Vitest ran none of its tests. */
function doubtOf({ status, testsCompleted }: Mutant): string {
  if (status === 'NoCoverage') return ' (no test reaches it)';
  return status === 'Survived' && testsCompleted !== 0 ? '' : ` (not measured: ${status}, run again)`;
}

function shorten(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ');
  return line.length > shownMax ? `${line.slice(0, shownMax)}…` : line;
}
