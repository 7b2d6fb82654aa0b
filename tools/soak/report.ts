import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Table } from '../bench/report.ts';
import { markdownTable } from '../bench/table.ts';
import { replaceSection } from '../docs/page.ts';
import type { SoakResult } from './run.ts';

const page = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

const names = { embedded: 'embedded', cosmos: 'Cosmos DB (stand-in)' } as const;
const whole = (value: number) => value.toLocaleString('en-US');
const megabytes = (kilobytes = Number.NaN) =>
  Number.isNaN(kilobytes) ? 'not measured' : `${(kilobytes / 1_024).toFixed(1)} MB`;

/** The results of a run, a column for each engine. */
export function soakTable(results: readonly SoakResult[]): Table {
  const row = (name: string, cell: (result: SoakResult) => string) => [name, ...results.map(cell)];
  return {
    header: ['', ...results.map(({ engine }) => names[engine])],
    rows: [
      row('requests', ({ requests }) => whole(requests)),
      row('writes answered with success', ({ written }) => whole(written)),
      row('writes without an answer, or with 429 or 503', ({ unanswered }) => whole(unanswered)),
      row('kills', ({ kills }) => whole(kills)),
      row('store calls that failed', ({ engine, failedCalls }) =>
        engine === 'embedded' ? 'not tried' : whole(failedCalls),
      ),
      row('comparisons of a whole tenant', ({ comparisons }) => whole(comparisons)),
      row('lost', ({ findings }) => whole(findings.lost.length)),
      row('wrong', ({ findings }) => whole(findings.wrong.length)),
      row('RssAnon, second quarter', ({ memory }) => megabytes(memory[1])),
      row('RssAnon, last quarter', ({ memory }) => megabytes(memory[3])),
      row('growth', ({ memory }) => growthOf(memory)),
    ],
  };
}

/** The growth from the second quarter to the last, in percent. */
function growthOf([, second = Number.NaN, , last = Number.NaN]: readonly number[]): string {
  const percent = 100 * (last / second - 1);
  return Number.isNaN(percent) ? 'not measured' : `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;
}

/** Writes the table into docs/reliability.md. */
export async function writeTable(minutes: number, table: Table): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const measured =
    `Measured on ${date} by \`npm run soak -- ${minutes}\` with Node ${process.version}: ` +
    `${minutes} minutes of load, the same time on each engine.`;
  const content = `${measured}\n\n${markdownTable(table.header, table.rows)}`;
  await writeFile(page, replaceSection(await readFile(page, 'utf8'), 'soak', content));
}
