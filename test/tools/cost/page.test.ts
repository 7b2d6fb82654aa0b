import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { measure } from '../../../tools/cost/measure.ts';
import { type Measured, readMeasured } from '../../../tools/cost/measured.ts';
import { initialCycle, month, timerUnits, unitsPerSecond } from '../../../tools/cost/model.ts';
import { costPage } from '../../../tools/cost/page.ts';

const command = ['--import', 'tsx', 'tools/cost/main.ts'];
const request = (kind: string) => ({ kind, count: 1, operations: 2, reads: 5, writes: 10 });

/** Ten users, with numbers that are easily added up. */
const simple: Measured = {
  users: 10,
  groups: 1,
  memberships: 10,
  initial: [
    { title: 'users', requests: 30, operations: 30, reads: 50, writes: 500 },
    { title: 'groups', requests: 10, operations: 20, reads: 50, writes: 100 },
  ],
  requests: [
    'GET /Users/{id}',
    'PATCH user: several attributes',
    'GET /Groups?filter=id eq and members eq',
    'PATCH group: add members',
    'PATCH user: disable',
    'DELETE /Users/{id}',
  ].map(request),
  delivery: { records: 20, reads: 10, writes: 180 },
  feed: { entries: 20, reads: 0, writes: 0 },
  lone: { reads: 0, writes: 0 },
  windDown: { users: 2, reads: 10, writes: 20 },
  idle: { operations: 8, reads: 0, recent: 40, writes: 0 },
  look: { reads: 0, recent: 1, writes: 0 },
  mark: { reads: 0, writes: 7 },
  documents: [
    { kind: 'user', count: 10, bytes: 2_000, terms: 50 },
    { kind: 'receipt', count: 20, bytes: 700, terms: 4 },
  ],
  logBytes: 300,
};

describe('initialCycle()', () => {
  test('doubles reads, adds the counting of records and scales with the users', () => {
    // 2 × (50 + 50 + 10) + 500 + 100 + 180, for each ten users
    expect(initialCycle(simple, 10).units).toBe(1_000);
    expect(initialCycle(simple, 1_000)).toMatchObject({ requests: 4_000, units: 100_000, hours: 40 / 60 });
    expect(initialCycle(simple, 1_000).database.serverless).toBeCloseTo(0.025, 5);
  });

  test('tells the request units per second of 25 requests', () => {
    expect(unitsPerSecond(simple)).toBe(625);
  });
});

describe('month()', () => {
  test('adds up those who join, change, move and leave, and the timer', () => {
    const { requests, units, database } = month(simple, 1_000);
    // 20 join; 100 change and 100 move by two requests; 20 leave by three.
    expect(requests).toBe(20 * 4 + 100 * 2 + 100 * 2 + 20 * 3);
    const joining = 20 * 100;
    const record = (2 * 10 + 180) / 20;
    const changing = 200 * (2 * 20 + record);
    const leaving = 20 * (3 * 20 + 2 * record + (2 * 10 + 20) / 2);
    // 240 objects are spread over as many cycles, each of which meets a new instance.
    expect(units.changes).toBeCloseTo(joining + changing + leaving + 240 * (2 * 2 + 11 + 7), 5);
    // The next cycle comes an hour later: 11 sweeps a minute apart, 10 five minutes apart, and 2 second looks.
    expect(units.timer).toBeCloseTo(730 * 60 + (730 * 4 + 240 * (11 + 10 + 2)) * 40, 5);
    expect(database.serverless).toBeCloseTo(((units.changes + units.timer) / 1e6) * 0.25, 5);
    expect(database.autoscale.least).toBeCloseTo(730 * 0.012, 5);
    expect(database.autoscale.most).toBeCloseTo(490 * 0.012 + 240 * 0.12, 5);
    expect(database.provisioned).toBeCloseTo(730 * 7 * 0.008, 5);
  });

  test('costs of a small directory what the services cost at least', () => {
    const { storage, functions } = month(simple, 1);
    expect(storage).toBe(6 * 0.25);
    expect(functions).toBeGreaterThan(730 * 60 * 2 * 0.000026);
  });

  test('costs little where nothing happens, and less than sweeps each minute where all cycles change something', () => {
    expect(timerUnits(simple)).toBe(730 * 60 + 730 * 4 * 40);
    expect(timerUnits(readMeasured())).toBeLessThan(100_000);
    // A cycle comes every 40 minutes: 11 sweeps a minute apart, and 29 minutes with one of five.
    expect(timerUnits(simple, 1_095)).toBeCloseTo(730 * 60 + (730 * 4 + 1_095 * (11 + 29 / 5 + 2)) * 40, 5);
  });
});

describe('docs/cost.md', () => {
  test('is what "npm run cost" writes for what it measured', () => {
    expect(readFileSync('docs/cost.md', 'utf8')).toBe(costPage(readMeasured()));
  });

  test('rests on numbers that still hold: run "npm run cost" when they do not', {
    timeout: 60_000,
  }, async () => {
    const [now, then] = [numbersOf(await measure({ users: 60, groups: 3 })), numbersOf(readMeasured())];
    const off = [...now].flatMap(([name, number]) => {
      const before = then.get(name) ?? 0;
      return Math.abs(number / before - 1) < 0.15 ? [] : [{ name, number, before }];
    });
    expect(off).toEqual([]);
    expect(now.size).toBeGreaterThan(15);
  });
});

/** What does not depend on the size of a play, by name. */
function numbersOf({ requests, documents, delivery, logBytes }: Measured): ReadonlyMap<string, number> {
  const kinds = ['POST /Users', 'PATCH user: manager', 'PATCH user: disable', 'GET /Users/{id}'];
  const units = requests.flatMap(({ kind, reads, writes, operations }) =>
    kinds.includes(kind)
      ? [[kind, reads + writes] as const, [`operations of ${kind}`, operations] as const]
      : [],
  );
  const sizes = documents.flatMap(({ kind, bytes, terms }) => [
    [`bytes of ${kind}`, bytes] as const,
    [`terms of ${kind}`, terms] as const,
  ]);
  const perRecord = (delivery.reads + delivery.writes) / delivery.records;
  return new Map([...units, ...sizes, ['a record', perRecord], ['a line of the log', logBytes]]);
}

describe('npm run cost', () => {
  test('prints the tables of another size', () => {
    const printed = execFileSync(process.execPath, [...command, '--users', '25000'], { encoding: 'utf8' });
    expect(printed).toMatch(/^25,000 +\d/m);
    expect(printed).toContain(initialCycle(readMeasured(), 25_000).database.serverless.toFixed(2));
  });

  test.each([
    ['--users', 'many', '--users needs a whole number of at least 1, not "many".\n'],
    ['--user', '1', /^Unknown option '--user': did you mean --users\?/],
  ])('refuses %s %s in a sentence', (name, value, message) => {
    const { status, stderr } = spawnSync(process.execPath, [...command, name, value], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
