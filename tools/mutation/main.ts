import { nearest } from '../../lib/base/nearest.ts';
import { parseOptions, readCommandLine, UsageError } from '../read-options.ts';
import { type Area, areas } from './areas.ts';
import type { Measurement } from './measure.ts';

const killedMin = 0.85;
const names = Object.keys(areas);

const usage = `npm run mutation -- [AREA …]

Changes the code of an area, one small change (mutant) at a time, and counts the changes that a test notices. Lists
those that no test notices, and exits 1 when the tests notice less than ${killedMin * 100} % of them.
An area takes up to 30 minutes.

  AREA    ${names.join(', ')}; all of them by default

Example:
  npm run mutation -- ${names[0]}`;

const chosen = readCommandLine(usage, chosenAreas);
const { measure } = await import('./measure.ts');
for (const area of chosen) report(await measure(area));

function chosenAreas(args: readonly string[]): readonly Area[] {
  const { words } = parseOptions({ usage, options: {}, takesWords: true }, args);
  return words.length > 0 ? words.map(areaOf) : names.map(areaOf);
}

function areaOf(name: string): Area {
  if (Object.hasOwn(areas, name)) return name as Area;
  const meant = nearest(name, names);
  throw new UsageError(`"${name}" is not an area${meant ? `: did you mean ${meant}?` : '.'}\n\n${usage}`);
}

function report({ area, mutants, killed, survivors, minutes }: Measurement): void {
  for (const line of survivors) console.log(line);
  const share = ((100 * killed) / mutants).toFixed(1);
  console.log(
    `${area}: ${killed} of ${mutants} mutants killed (${share} %) in ${minutes.toFixed(0)} minutes\n`,
  );
  if (killed < killedMin * mutants) process.exitCode = 1;
}
