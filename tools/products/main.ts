import { writeFileSync } from 'node:fs';
import { presetNames } from '../../lib/tenants/presets.ts';
import { readOptions } from '../read-options.ts';
import { runVitest } from '../run-vitest.ts';
import { type ProductRow, productsPage, rowsIn, summary } from './page.ts';
import { readResults } from './results.ts';

const usage = `npm run products

Runs the tests in test/products/ and writes docs/products.md. It takes no options.

Example:
  npm run products`;

readOptions(usage, {});

const results = readResults(runVitest(['test/products/', '--testNamePattern=^[A-Z]\\d+ ']));
const { judge } = results;
const rows = [...results.rows, ...results.sentences];
const { path, text } = productsPage(rows, judge);
writeFileSync(new URL(`../../${path}`, import.meta.url), text);

for (const preset of presetNames) {
  console.log(`\n${preset}`);
  for (const part of ['behaviours', 'sentences'] as const) {
    for (const row of rowsIn(rows, preset, part)) console.log(lineOf(row));
  }
}
console.log(`\nWrote ${path}: ${summary(rows, judge)}`);
if (rows.some((row) => ['failed', 'not tested'].includes(judge(row)))) process.exitCode = 1;

function lineOf(row: ProductRow): string {
  const wait = row.pending === undefined ? '' : ` (waits for ${row.pending})`;
  return `  ${row.id.padEnd(4)}${judge(row).padEnd(11)}${row.says}${wait}`;
}
