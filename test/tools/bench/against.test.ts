import { expect, test } from 'vitest';
import { type AgainstResult, runAgainst } from '../../../tools/bench/against.ts';
import { againstTable, isSlower } from '../../../tools/bench/against-report.ts';
import { type AgainstRow, againstRows } from '../../../tools/bench/against-rows.ts';
import { readOptions } from '../../../tools/bench/options.ts';
import { findCommit } from '../../../tools/checkout.ts';
import { UsageError } from '../../../tools/read-options.ts';

const some = againstRows.filter(({ name }) => ['get a user', 'PATCH a user', 'get a group'].includes(name));
const oneTurn = (row: AgainstRow): AgainstRow => ({
  ...row,
  requests: async (side) => (await row.requests(side)).slice(0, row.turn),
});

test('runAgainst() times each row at both versions, and says why the commit cannot answer one', {
  timeout: 240_000,
}, async () => {
  let asked = 0;
  const later: AgainstRow = {
    name: 'later than the commit',
    turn: 1,
    // Today's version is asked first, then the commit.
    requests: () => {
      asked += 1;
      return [{ method: 'GET', path: '/Users?count=0', status: asked === 1 ? 200 : 404 }];
    },
  };
  const rows = [...some.map(oneTurn), later];
  const small = { users: 30, rounds: 1, starts: 1, warmUpRounds: 0, minutes: 1 };
  const results = await runAgainst({ commit: findCommit('HEAD'), rows, ...small });

  expect(some).toHaveLength(3);
  expect(results.map(({ row, pairs }) => [row.name, pairs.length])).toEqual([
    ...some.map(({ name }) => [name, 1]),
    [later.name, 0],
  ]);
  expect(results.at(-1)?.absence).toContain('/Users?count=0 answered 200, not 404');
  for (const { row, pairs } of results) {
    for (const { commit, today } of pairs) {
      expect(Math.min(commit, today), row.name).toBeGreaterThan(0);
    }
  }
});

test('againstTable() shows the ratio of the median, half of the rounds, each start, and what is slower', () => {
  const result = (name: string, pairs: readonly (readonly [number, number, number])[]): AgainstResult => ({
    row: { name, turn: 1, requests: () => [] },
    pairs: pairs.map(([start, commit, today]) => ({ start, commit, today })),
  });
  const results = [
    result('even', [
      [0, 1, 1],
      [0, 2, 1.8],
      [1, 4, 4.8],
      [1, 1, 1],
    ]),
    result('slower', [
      [0, 1, 1.06],
      [0, 2, 2.12],
      [1, 4, 5],
      [1, 1, 1],
    ]),
    { ...result('new', []), absence: 'nothing is there' },
  ];
  expect(againstTable('abc1234', results)).toEqual({
    header: ['request', 'abc1234, ms', 'today, ms', 'ratio', 'half of the rounds', 'each start', ''],
    rows: [
      ['even', '1.500', '1.400', '1.00', '1.00 to 1.20', '0.95 1.10', ''],
      ['slower', '1.500', '1.590', '1.06', '1.06 to 1.25', '1.06 1.13', 'slower'],
      ['new', '–', '–', '–', '', '', ''],
    ],
  });
  expect(results.map(isSlower)).toEqual([false, true, false]);
});

test('the rows are chosen by a part of their names, and the commit has to be named', () => {
  const read = (...args: readonly string[]) => readOptions(['against', ...args]);
  expect(read('HEAD~3', '--check')).toEqual({
    command: 'against',
    ref: 'HEAD~3',
    rows: againstRows,
    rounds: 12,
    minutes: 9,
    check: true,
  });
  const chosen = read('main', '--row', 'get', '--row', 'bulk', '--rounds', '3');
  expect(chosen).toMatchObject({ rounds: 3 });
  expect('rows' in chosen && chosen.rows.map(({ name }) => name)).toEqual([
    'get a user',
    'bulk of 100',
    'get a group',
  ]);
  expect(() => read()).toThrow(UsageError);
  expect(() => read('main', '--row', 'fly')).toThrow('No row is called "fly": there are "get a user", ');
});
