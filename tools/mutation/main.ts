import { type Area, areas } from './areas.ts';
import { type Measurement, measure } from './measure.ts';

const killedMin = 0.85;

const usage = `npm run mutation -- [AREA …]
  Changes the code of an area, one small change (mutant) at a time, and counts the changes that a test notices. Lists
  those that none does. Exits 1 when the tests notice less than ${killedMin * 100} % of them.
  AREA    ${Object.keys(areas).join(', ')}; all of them by default`;

const args = process.argv.slice(2);
const isArea = (name: string): name is Area => Object.hasOwn(areas, name);
const chosen = args.length > 0 ? args.filter(isArea) : Object.keys(areas).filter(isArea);

if (args.includes('--help')) console.log(usage);
else if (chosen.length < args.length)
  fail(`"${args.find((arg) => !isArea(arg))}" is not an area.\n\n${usage}`);
else for (const area of chosen) report(await measure(area));

function report({ area, mutants, killed, survivors, minutes }: Measurement): void {
  for (const line of survivors) console.log(line);
  const share = ((100 * killed) / mutants).toFixed(1);
  console.log(
    `${area}: ${killed} of ${mutants} mutants killed (${share} %) in ${minutes.toFixed(0)} minutes\n`,
  );
  if (killed < killedMin * mutants) process.exitCode = 1;
}

function fail(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}
