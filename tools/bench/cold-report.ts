import type { ColdResult, ColdStart } from './cold.ts';
import { coldNames } from './cold-apps.ts';
import { median } from './measure.ts';
import type { Table } from './report.ts';

/** Milliseconds that the package may take longer than bare Node until its functions are registered. */
export const coldAim = 75;

type Moment = keyof ColdStart;

const whole = (value: number) => String(Math.round(value));
const times = (value: number) => `${value.toFixed(2)}×`;

/** The median times of every app, how far they exceed bare Node's in the same round, and the package's target. */
export function coldTable(results: readonly ColdResult[]): Table {
  const bare = resultOf(results, coldNames.bare);
  const aim = `${coldAim}: ${coldVerdict(results)}`;
  return {
    header: ['process', 'registered, ms', 'above bare Node', 'target', 'first answer, ms', 'above bare Node'],
    rows: results.map((result) => {
      const registered = middle(result, 'registered');
      if (result === bare) return [result.name, registered, '', '', '', ''];
      return [
        result.name,
        registered,
        above(result, bare, 'registered'),
        result.name === coldNames.package ? aim : '',
        middle(result, 'answered'),
        above(result, bare, 'answered'),
      ];
    }),
  };
}

/** The median CPU times of every app, and how far they exceed bare Node's. They hardly depend on other processes. */
export function coldCpuTable(results: readonly ColdResult[]): Table {
  const bare = resultOf(results, coldNames.bare);
  const columns = (result: ColdResult, moment: Moment) =>
    result === bare ? [middle(result, moment), ''] : [middle(result, moment), above(result, bare, moment)];
  return {
    header: ['process', 'registered, CPU ms', 'above bare Node', 'first answer, CPU ms', 'above bare Node'],
    rows: results.map((result) => [
      result.name,
      ...columns(result, 'registeredCpu'),
      ...(result === bare ? ['', ''] : columns(result, 'answeredCpu')),
    ]),
  };
}

function middle(result: ColdResult, moment: Moment): string {
  return whole(median(result.starts.map((start) => start[moment])));
}

function above(result: ColdResult, bare: ColdResult, moment: Moment): string {
  return whole(median(pairwise(result, bare, (one, other) => one[moment] - other[moment])));
}

/** Writes the ratios of the apps' times: the median over the rounds. */
export function coldRatios(results: readonly ColdResult[]): Table {
  const comparisons = [
    ['package', 'empty'],
    ['unbundled', 'package'],
  ] as const;
  return {
    header: ['comparison', 'registered', 'first answer'],
    rows: comparisons.map(([one, other]) => {
      const [a, b] = [resultOf(results, coldNames[one]), resultOf(results, coldNames[other])];
      const ratio = (moment: Moment) => times(median(pairwise(a, b, (x, y) => x[moment] / y[moment])));
      return [`${a.name} to ${b.name}`, ratio('registered'), ratio('answered')];
    }),
  };
}

/** Returns the milliseconds by which the package registers its functions later than bare Node runs its script. */
export function coldOverhead(results: readonly ColdResult[]): number {
  const [packaged, bare] = [resultOf(results, coldNames.package), resultOf(results, coldNames.bare)];
  return median(pairwise(packaged, bare, (one, other) => one.registered - other.registered));
}

/** Tells whether the package registers its functions within the target. */
export function coldVerdict(results: readonly ColdResult[]): 'met' | 'missed' {
  return coldOverhead(results) <= coldAim ? 'met' : 'missed';
}

function resultOf(results: readonly ColdResult[], name: string): ColdResult {
  const found = results.find((result) => result.name === name);
  if (!found) throw new Error(`"${name}" was not started`);
  return found;
}

/** Compares two apps round by round, because both met the same disturbances in a round. */
function pairwise(
  one: ColdResult,
  other: ColdResult,
  compare: (one: ColdStart, other: ColdStart) => number,
): readonly number[] {
  return one.starts.flatMap((start, round) => {
    const counterpart = other.starts[round];
    return counterpart ? [compare(start, counterpart)] : [];
  });
}
