import { printTable } from '../bench/table.ts';
import { fileLinesMax, functionLinesMax, type House } from './measure.ts';

const titles: Readonly<Record<keyof House, string>> = {
  linesOfCode: 'lines of code',
  exports: 'exports',
  conditionalSpreads: 'conditional spreads',
  roomCircles: 'circles between rooms',
  fileCircles: 'circles between files',
  longFunctions: `functions over ${functionLinesMax} lines`,
  longFiles: `files over ${fileLinesMax} lines`,
  sharedNames: 'exported names that exist twice',
};
const rows = Object.entries(titles) as readonly [keyof House, string][];

const whole = (value: number) => value.toLocaleString('en-US');

/** Prints the numbers of today, with those of a commit beside them if there is one. */
export function houseTable(today: House, before?: { commit: string; house: House }): string {
  if (!before)
    return printTable(
      ['', 'today'],
      rows.map(([name, title]) => [title, whole(countOf(today[name]))]),
    );
  return printTable(
    ['', before.commit, 'today', 'change'],
    rows.map(([name, title]) => {
      const [old, now] = [countOf(before.house[name]), countOf(today[name])];
      return [title, whole(old), whole(now), describeChange(old, now)];
    }),
  );
}

/** Prints every place that is counted, below its title. */
export function housePlaces(house: House): string {
  return rows
    .map(([name, title]) => ({ title, places: house[name] }))
    .filter(({ places }) => typeof places !== 'number' && places.length > 0)
    .map(({ title, places }) =>
      [title, ...(places as readonly string[]).map((place) => `  ${place}`)].join('\n'),
    )
    .join('\n\n');
}

function countOf(value: number | readonly string[]): number {
  return typeof value === 'number' ? value : value.length;
}

function describeChange(old: number, now: number): string {
  if (old === now) return '';
  const sign = now > old ? '+' : '−';
  const share = old === 0 ? '' : ` (${sign}${((100 * Math.abs(now - old)) / old).toFixed(1)} %)`;
  return `${sign}${whole(Math.abs(now - old))}${share}`;
}
