import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type PresetName, presetNames } from '../../lib/tenants/presets.ts';
import { type ProductRow, productsPage, rowIds, sentenceIds } from '../../tools/products/page.ts';
import { readResults } from '../../tools/products/results.ts';
import { settingsOf } from '../../tools/products/setting.ts';
import type { TestResult } from '../../tools/run-vitest.ts';

const row = (id: string, more: Partial<ProductRow> = {}): ProductRow => {
  return { id, says: `Says ${id}`, settings: [], ...more };
};
const result = (status: TestResult['status'], declared: ProductRow): TestResult => {
  return { title: declared.says, status, meta: { row: declared } };
};

describe('readResults()', () => {
  const waiting = row('S3', { pending: 'mails' });
  const { rows, sentences, judge } = readResults([
    result('passed', row('S1')),
    result('passed', row('S1')),
    result('passed', row('S2')),
    result('failed', row('S2')),
    result('skipped', waiting),
    { title: 'no row', status: 'failed', meta: {} },
  ]);

  test('has every row of every product once, whether it was run or not', () => {
    expect(rows.map(({ id }) => id)).toEqual(presetNames.flatMap(rowIds));
    expect(rows).toHaveLength(47);
    expect(sentences.map(({ id }) => id)).toEqual(presetNames.flatMap(sentenceIds));
  });

  test('passes a row with all of its tests', () => {
    expect(rows.slice(0, 4).map(judge)).toEqual(['passed', 'failed', 'pending', 'not tested']);
  });

  test('is counted and told by the page', () => {
    const { text } = productsPage(rows, judge);
    expect(text).toContain('1 of 47 rows passed, 1 is pending.');
    expect(text).toContain('| S2 | Says S2 |  | failed |');
    expect(text).toContain('| S3 | Says S3 |  | pending: waits for mails |');
  });
});

describe('settingsOf()', () => {
  test('are what a patch takes away, with the values that they have', () => {
    const policy = { groups: { teams: 'each', required: true }, accounts: { attributes: { mobile: 'm' } } };
    const off = { groups: { teams: 'none' }, accounts: { attributes: { mobile: null } } };
    expect(settingsOf(policy, { on: { groups: { teams: 'each' } }, off })).toEqual([
      { path: 'groups.teams', value: 'each', isOption: true },
      { path: 'accounts.attributes.mobile', value: 'm', isOption: false },
    ]);
  });
});

describe('docs/products.md', () => {
  test('sums up its tables', () => {
    const text = readFileSync('docs/products.md', 'utf8');
    const count = (preset: PresetName, verdict: string) =>
      rowIds(preset).filter((id) => new RegExp(`^\\| ${id} \\|.*\\| ${verdict}[^|]* \\|$`, 'm').test(text))
        .length;
    const total = (verdict: string) => presetNames.reduce((sum, preset) => sum + count(preset, verdict), 0);
    expect(text).toContain(`${total('passed')} of 47 rows passed`);
    expect(total('passed') + total('pending')).toBe(47);
  });
});
