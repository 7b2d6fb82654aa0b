import { writeFileSync } from 'node:fs';
import { marks } from '../../test/conformance/marks/marks.ts';
import { readOptions } from '../read-options.ts';
import { quote, requirements } from './extract.ts';
import { conformancePage } from './page.ts';
import { runTests } from './run-tests.ts';
import { findTests } from './tested.ts';
import { judge, type Verdict } from './verdicts.ts';

const usage = `npm run conformance -- [options]

Runs the tests of all requirements in the RFCs and writes docs/reference/conformance.md.

  --todo  only lists the requirements that have no mark or no test

Example:
  npm run conformance -- --todo`;

if (readOptions(usage, { todo: { type: 'boolean' } }).todo) listOpen();
else writePage();

/** Prints the requirements that have no mark or no test. */
function listOpen(): void {
  const verdicts = judge(requirements, { marks, tests: findTests(), passed: () => true });
  const open = verdicts.filter(({ outcome }) => outcome === 'not tested');
  for (const { requirement, party } of open) {
    console.log(`${requirement.id} [${requirement.level}, ${lacks(party)}]\n    ${quote(requirement)}`);
  }
  console.log(`${open.length} of ${requirements.length} requirements are open`);
}

function lacks(party: Verdict['party']): string {
  return party === 'unmarked' ? 'no mark' : 'no test';
}

function writePage(): void {
  const passed = runTests();
  const verdicts = judge(requirements, { marks, tests: findTests(), passed: (id) => passed.has(id) });
  const { path, text } = conformancePage(verdicts);
  writeFileSync(new URL(`../../${path}`, import.meta.url), text);
  const failures = verdicts.filter(({ outcome }) => outcome === 'failed' || outcome === 'not tested');
  for (const { requirement, outcome } of failures)
    console.log(`${outcome}: ${requirement.id} ${quote(requirement)}`);
  console.log(
    `Wrote ${path}: ${failures.length} of ${verdicts.length} requirements failed or are not tested`,
  );
  if (failures.length > 0) process.exitCode = 1;
}
