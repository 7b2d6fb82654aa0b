import { writeFileSync } from 'node:fs';
import { printTable } from '../bench/table.ts';
import { readCommandLine } from '../read-options.ts';
import { measuredFile, readMeasured } from './measured.ts';
import { readUsers, usage } from './options.ts';
import { costPage } from './page.ts';
import { databaseTable, initialTable, monthTable } from './tables.ts';

const page = new URL('../../docs/cost.md', import.meta.url);
const size = { users: 500, groups: 10 };

async function measureAndWrite(): Promise<void> {
  console.log(`Running Entra ID's cycles with ${size.users} users and ${size.groups} groups …`);
  const { measure } = await import('./measure.ts');
  const measured = await measure(size);
  writeFileSync(measuredFile, `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(page, costPage(measured));
  console.log('Wrote tools/cost/measured.json and docs/cost.md');
}

function printTables(users: number): void {
  const measured = readMeasured();
  const tables = [
    ['The initial cycle', initialTable(measured, [users])],
    ['A month of incremental cycles: the database', databaseTable(measured, [users])],
    ['A month: all services', monthTable(measured, [users])],
  ] as const;
  for (const [title, { header, rows }] of tables) console.log(`\n${title}\n\n${printTable(header, rows)}`);
  console.log('\ndocs/cost.md lists what is measured, documented and assumed.');
}

const users = readCommandLine(usage, readUsers);
if (users === undefined) await measureAndWrite();
else printTables(users);
