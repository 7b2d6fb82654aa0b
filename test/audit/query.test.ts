import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTrail, type RecordFilter } from '../../lib/audit/query.ts';
import type { RecordDocument } from '../../lib/store/change-document.ts';
import { type Directory, openDirectory } from '../directory/directory.ts';
import { countingMeter } from '../store/contract/open-store.ts';
import { deliver, leave, records } from './delivery.ts';

const start = Date.UTC(2030, 0, 1);

/** Sixty records, one each second, of two credentials. */
async function populate(directory: Directory): Promise<void> {
  for (let number = 0; number < 60; number += 1) {
    await leave(directory, {
      credential: number % 2 === 0 ? 'a' : 'b',
      operation: ['create', 'modify', 'delete'][number % 3] ?? '',
      resource: `u${number % 4}`,
      container: (['users', 'groups', 'tenants'] as const)[number % 7] ?? 'users',
      ...(number % 5 === 0 && { container: 'audit', outcome: 'refused' }),
    });
    directory.clock.time += 1_000;
  }
  await deliver(directory);
}

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const filters: fc.Arbitrary<RecordFilter> = fc.record({
  credential: optional(fc.constantFrom('a', 'b', 'nobody')),
  operation: optional(fc.constantFrom('create', 'modify')),
  outcome: optional(fc.constantFrom('done', 'refused')),
  resource: optional(fc.constantFrom('u1', 'u2')),
});
const second = optional(fc.integer({ min: -1, max: 61 }).map((seconds) => start + seconds * 1_000));

describe('the records of a trail', () => {
  test('are read page by page, those that a filter and a time range select, the newest first', async () => {
    await using directory = openDirectory();
    await populate(directory);
    const trail = createTrail(directory.scope.store);
    const all = await records(directory);
    const given = fc.record({
      filter: filters,
      from: second,
      to: second,
      limit: fc.integer({ min: 1, max: 70 }),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ filter, from = 0, to = start * 2, limit }) => {
        const isSelected = (record: RecordDocument) => {
          const time = Date.parse(record.at);
          const own = Object.entries(filter).every(
            ([name, value]) => value === undefined || record[name] === value,
          );
          return own && time >= from && time <= to;
        };
        const found: RecordDocument[] = [];
        for (let after: string | undefined; ; ) {
          const page = await trail.records('tenant', filter, { from, to, after, limit });
          expect(page.found.length).toBeLessThanOrEqual(limit);
          found.push(...page.found);
          after = page.next;
          if (after === undefined) break;
        }
        expect(found).toEqual(all.filter(isSelected));
      }),
    );
  });

  test('cost a page where one filter is given', async () => {
    await using directory = openDirectory();
    await populate(directory);
    const { meter, operations } = countingMeter();
    const trail = createTrail(directory.scope.store.metered(meter));
    const range = { to: start + 40_000, limit: 5 };
    const { found } = await trail.records('tenant', { credential: 'a' }, range);
    expect(found.map(({ at }) => at.slice(17, 19))).toEqual(['40', '38', '36', '34', '32']);
    expect(operations.map(({ name }) => name)).toEqual(['query', 'query', 'query', 'query']);
    expect(operations.every(({ examined }) => examined <= 5)).toBe(true);
  });

  test('of a run are found by it, and runs by their credential', async () => {
    await using directory = openDirectory();
    await populate(directory);
    const trail = createTrail(directory.scope.store);
    const { found: runs } = await trail.runs('tenant', { credential: 'b' }, { limit: 10 });
    expect(runs).toHaveLength(1);
    const run = runs[0]?.id ?? '';
    const { found, next } = await trail.records('tenant', { run }, { limit: 100 });
    expect(new Set(found.map(({ credential }) => credential))).toEqual(new Set(['b']));
    expect({ length: found.length, next }).toEqual({ length: 30, next: undefined });
    expect(await trail.run('tenant', run)).toEqual(runs[0]);
    expect(await trail.run('other', run)).toBeUndefined();
  });
});
