import type { DiskOptions, DiskResult } from './disk.ts';
import type { Table } from './report.ts';

/** The most kilobytes that a create may write in the small and in the large directory. */
const createAim = { small: 125, large: 240 } as const;

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const kilobytes = (bytes: number) => bytes / 1_000;

/** The kilobytes of each kind of request in both directories, and whether a create stays within its targets. */
export function judgeDisk(
  results: readonly DiskResult[],
  { small, large }: DiskOptions,
): { readonly table: Table; readonly sentence: string; readonly isMet: boolean } {
  const create = results.find(({ name }) => name === 'create');
  if (!create) throw new Error('Nothing was created');
  const verdicts = (['small', 'large'] as const).map((size) => {
    const isMet = kilobytes(create[size]) <= createAim[size];
    return { isMet, text: `at most ${createAim[size]} KB: ${isMet ? 'met' : 'missed'}` };
  });
  return {
    table: {
      header: ['for each', `KB, ${whole(small)} users`, `KB, ${whole(large)} users`],
      rows: results.map((result) => [
        result.name,
        whole(kilobytes(result.small)),
        whole(kilobytes(result.large)),
      ]),
    },
    sentence: `Targets of a create: ${verdicts.map(({ text }) => text).join(', ')}`,
    isMet: verdicts.every(({ isMet }) => isMet),
  };
}
