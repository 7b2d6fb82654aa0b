import { describe, expect, test } from 'vitest';
import { judgeDisk } from '../../../tools/bench/disk-report.ts';
import { fairTable, isUnfair } from '../../../tools/bench/fair-report.ts';
import { growthTable } from '../../../tools/bench/growth-report.ts';
import { measure, median, percentile } from '../../../tools/bench/measure.ts';
import { readOptions } from '../../../tools/bench/options.ts';
import { type Contender, race, ratioOf } from '../../../tools/bench/race.ts';
import { markdownTable, printTable } from '../../../tools/bench/table.ts';
import { judgeTenants } from '../../../tools/bench/tenants-report.ts';
import { replaceSection } from '../../../tools/docs/page.ts';
import { UsageError } from '../../../tools/read-options.ts';

describe('measure()', () => {
  test('runs as many tasks at once as it is told, and as many in all', async () => {
    let [running, most] = [0, 0];
    const task = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
    };
    const { latencies, seconds } = await measure(task, { atOnce: 4, until: { requests: 21 } });
    expect({ most, count: latencies.length }).toEqual({ most: 4, count: 21 });
    expect(seconds).toBeGreaterThan(0);
  });

  test('begins nothing after the time is over', async () => {
    const task = () => new Promise((resolve) => setTimeout(resolve, 20));
    const { latencies } = await measure(task, { atOnce: 3, until: { milliseconds: 1 } });
    expect(latencies).toHaveLength(3);
  });

  test('fails with the first task that fails', async () => {
    const task = (sequence: number) =>
      sequence === 2 ? Promise.reject(new Error('third')) : Promise.resolve();
    await expect(measure(task, { atOnce: 1, until: { requests: 5 } })).rejects.toThrow('third');
  });
});

test.each([
  { values: [5, 1, 3], middle: 3, p95: 5 },
  { values: [4, 1, 3, 2], middle: 2.5, p95: 4 },
  { values: [7], middle: 7, p95: 7 },
  { values: [], middle: Number.NaN, p95: Number.NaN },
])('median() and percentile() of $values are $middle and $p95', ({ values, middle, p95 }) => {
  expect([median(values), percentile(values, 0.95)]).toEqual([middle, p95]);
});

describe('race()', () => {
  const order: string[] = [];
  const contender = (name: string, perSecond: number, canRun = true): Contender => ({
    name,
    canRun: () => canRun,
    run: async () => {
      order.push(name);
      return { latencies: Array.from({ length: perSecond }, () => 1_000 / perSecond), seconds: 1 };
    },
  });

  test('lets who can run take turns, keeps the first round out and compares round by round', async () => {
    const entered = [contender('slow', 10), contender('fast', 40), contender('absent', 1, false)];
    const standings = await race('get', entered, { rounds: 3, milliseconds: 1, advance: () => undefined });
    expect(order.join(' ')).toBe('slow fast fast slow slow fast fast slow');
    const [slow, fast] = standings;
    if (!slow || !fast) throw new Error('Both ran');
    expect(fast).toEqual({ name: 'fast', rates: [40, 40, 40], rate: 40, p50: 25, p95: 25 });
    expect([standings.length, ratioOf(fast, slow)]).toEqual([2, 4]);
  });
});

describe('tables', () => {
  test('printTable() aligns the first column to the left and the others to the right', () => {
    expect(printTable(['a', 'b'], [['long', '1']]).split('\n')).toEqual(['a     b', '────  ─', 'long  1']);
  });

  test('markdownTable() escapes what would end a cell', () => {
    expect(markdownTable(['a'], [['x|y']])).toBe('| a |\n| --- |\n| x\\|y |');
  });

  test('replaceSection() replaces what is between its marks alone', () => {
    const page = 'before\n<!-- flat -->\nold\n<!-- /flat -->\nafter';
    expect(replaceSection(page, 'flat', 'new')).toBe('before\n<!-- flat -->\nnew\n<!-- /flat -->\nafter');
    expect(() => replaceSection(page, 'peers', 'new')).toThrow('no place for "peers"');
  });
});

describe('judgeTenants()', () => {
  const options = { tenants: 2, rate: 25, loud: 500, rounds: 1, seconds: 1 };
  const round = (milliseconds: number, status = 200, loud = 0) => ({
    latencies: [milliseconds, milliseconds],
    statuses: new Map([[status, 2]]),
    loud: new Map([[429, loud]]),
  });

  test('compares the time of each round with that of the round before it', () => {
    const { table, isMet, sentence } = judgeTenants([[round(10), round(14, 201, 3)]], options);
    expect(table.rows.map(([, ...times]) => times)).toEqual([
      ['10.0', '10.0', '10.0'],
      ['14.0', '14.0', '14.0'],
    ]);
    expect(isMet).toBe(true);
    expect(sentence).toContain('1.40 times as high');
    expect(sentence).toContain('429 3 times');
  });

  test.each([
    ['a p99 that is more than half higher', round(16)],
    ['an answer with an error', round(10, 429)],
  ])('does not pass %s', (_, beside) => {
    expect(judgeTenants([[round(10), beside]], options).isMet).toBe(false);
  });
});

describe('readOptions()', () => {
  test('has a default for every number', () => {
    expect(readOptions(['peers', '--users', '50'])).toEqual({
      command: 'peers',
      users: 50,
      rounds: 7,
      milliseconds: 1_000,
      dry: false,
    });
  });

  test('starts more often where one start is one measurement', () => {
    expect(readOptions(['cold', '--check'])).toEqual({
      command: 'cold',
      rounds: 21,
      check: true,
      dry: false,
    });
    expect(readOptions(['cold', '--rounds', '3'])).toMatchObject({ rounds: 3 });
  });

  test('has directories of its own size for the bytes on the disk', () => {
    const sizes = { small: 2_000, large: 20_000 };
    expect(readOptions(['disk'])).toMatchObject(sizes);
    expect(readOptions(['disk', '--small', '10'])).toMatchObject({ ...sizes, small: 10 });
  });

  test.each([
    [[]],
    [['fast']],
    [['disk', '--requests', '0']],
    [['flat', '--small', 'ten']],
    [['flat', '--small', '10']],
    [['flat', 'peers']],
    [['tenants', '--rate', '0']],
    [['--x']],
  ])('refuses %j and tells the usage or the bound', (args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});

test('growthTable() divides the folder by its users, and has a column for each directory', () => {
  const measured = {
    start: { milliseconds: 1_768.4, cpuMilliseconds: 1_104 },
    atStart: { heapUsed: 19e6, rss: 131e6 },
    afterLoad: { heapUsed: 22e6, rss: 934e6 },
    scanCpuMilliseconds: 1_117,
  };
  const small = { ...measured, users: 10_000, diskBytes: 77_260_000 };
  const { header, rows } = growthTable([small, { ...measured, users: 100_000, diskBytes: 765_500_000 }]);
  expect(header).toEqual(['', '10,000 users', '100,000 users']);
  expect(rows.slice(0, 3)).toEqual([
    ['data folder, MB', '77', '766'],
    ['data folder, bytes for each user', '7,726', '7,655'],
    ['start to the first answer, ms', '1,768', '1,768'],
  ]);
  expect(readOptions(['growth'])).toMatchObject({ small: 10_000, large: 100_000 });
});

describe('judgeDisk()', () => {
  const options = { small: 2_000, large: 20_000, requests: 1 };

  test.each([
    { small: 125_000, large: 240_000, isMet: true },
    { small: 126_000, large: 240_000, isMet: false },
    { small: 125_000, large: 241_000, isMet: false },
  ])('compares a create of $small and $large bytes with the targets', ({ isMet, ...bytes }) => {
    const results = [
      { name: 'create', ...bytes },
      { name: 'PATCH', small: 999_000, large: 999_000 },
    ];
    const judged = judgeDisk(results, options);
    expect(judged.isMet).toBe(isMet);
    expect(judged.table.rows[1]).toEqual(['PATCH', '999', '999']);
  });
});

test('a row of the fair benchmark tells the median round, and is unfair above either bound', () => {
  const row = (rounds: readonly (readonly number[])[]) => ({
    name: 'beside',
    rounds,
    loud: new Map([[200, 3]]),
  });
  const quick = row([
    [2, 4, 4],
    [1, 3, 9],
    [900, 900, 900],
  ]);
  expect(fairTable([quick]).rows).toEqual([['beside', '4.0', '9.0', '9', '3 × 200']]);
  expect([quick, row([[11]]), row([[2, 2, 41]])].map(isUnfair)).toEqual([false, true, true]);
});

test('readOptions() has defaults of its own for the fair benchmark', () => {
  expect(readOptions(['fair', '--members', '50'])).toEqual({
    command: 'fair',
    users: 20_000,
    members: 50,
    seconds: 5,
    rounds: 3,
    check: false,
    dry: false,
  });
});
