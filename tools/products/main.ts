import { writeFileSync } from 'node:fs';
import { clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { presetNames } from '../../lib/tenants/presets.ts';
import { readOptions } from '../read-options.ts';
import { runVitest } from '../run-vitest.ts';
import { type ProductRow, productsPage, rowsIn, summary } from './page.ts';
import { readResults } from './results.ts';

const usage = `npm run products -- [options]

Runs the tests in test/products/ and writes docs/products.md.

  --profile NAME  the client profile of the tenants, such as generic, in place of that of the preset; the page stays
                  as it is

Example:
  npm run products -- --profile generic`;

const { profile } = readOptions(usage, { profile: { type: 'string' } });
if (profile !== undefined && !clientProfiles.some((known) => known === profile)) {
  console.error(`--profile must be one of ${clientProfiles.join(', ')}, not "${profile}".`);
  process.exit(2);
}

const selection = ['test/products/', '--testNamePattern=^[A-Z]\\d+ '];
const run = runVitest(selection, profile === undefined ? {} : { MUSTER_TEST_PROFILE: profile });
const results = readResults(run);
const { judge } = results;
const rows = [...results.rows, ...results.sentences];
const { path, text } = productsPage(rows, judge);
if (profile === undefined) writeFileSync(new URL(`../../${path}`, import.meta.url), text);

for (const preset of presetNames) {
  console.log(`\n${preset}`);
  for (const part of ['behaviours', 'sentences'] as const) {
    for (const row of rowsIn(rows, preset, part)) console.log(lineOf(row));
  }
}
console.log(`\n${profile ?? `Wrote ${path}`}: ${summary(rows, judge)}`);
if (rows.some((row) => ['failed', 'not tested'].includes(judge(row)))) process.exitCode = 1;

function lineOf(row: ProductRow): string {
  const wait = row.pending === undefined ? '' : ` (waits for ${row.pending})`;
  return `  ${row.id.padEnd(4)}${judge(row).padEnd(11)}${row.says}${wait}`;
}
