import type { GrowthResult } from './growth.ts';
import type { Table } from './report.ts';

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const megabytes = (bytes: number) => whole(bytes / 1_000_000);

/** One row for each measurement, and one column for each directory. */
export function growthTable(results: readonly GrowthResult[]): Table {
  const row = (name: string, print: (result: GrowthResult) => string) => [name, ...results.map(print)];
  return {
    header: ['', ...results.map(({ users }) => `${whole(users)} users`)],
    rows: [
      row('data folder, MB', ({ diskBytes }) => megabytes(diskBytes)),
      row('data folder, bytes for each user', ({ diskBytes, users }) => whole(diskBytes / users)),
      row('start to the first answer, ms', ({ start }) => whole(start.milliseconds)),
      row('start to the first answer, CPU ms', ({ start }) => whole(start.cpuMilliseconds)),
      row('heap after the start, MB', ({ atStart }) => megabytes(atStart.heapUsed)),
      row('heap after the load, MB', ({ afterLoad }) => megabytes(afterLoad.heapUsed)),
      row('RSS after the start, MB', ({ atStart }) => megabytes(atStart.rss)),
      row('RSS after the load, MB', ({ afterLoad }) => megabytes(afterLoad.rss)),
      row('one unindexed filter, CPU ms', ({ scanCpuMilliseconds }) => whole(scanCpuMilliseconds)),
    ],
  };
}
