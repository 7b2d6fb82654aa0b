import { markdownTable } from '../bench/table.ts';
import { stalenessFactor, unitsPerQuery } from './charges.ts';
import type { Measured } from './measured.ts';
import { initialCycle, unitsPerSecond } from './model.ts';
import { assumed, documented, prices } from './prices.ts';
import {
  databaseTable,
  documentTable,
  initialTable,
  monthTable,
  requestTable,
  shareBars,
  type Table,
} from './tables.ts';

const sizes = [1_000, 10_000, 100_000];
const columns = 118;
const charges = 'https://learn.microsoft.com/azure/cosmos-db/understand-request-unit-consumption';

/** docs/cost.md, from what was measured. */
export function costPage(measured: Measured): string {
  return [
    '# Cost',
    ...introduction(measured),
    '## The initial cycle',
    markdown(initialTable(measured, sizes)),
    'Where the request units go:',
    `\`\`\`\n${shareBars(measured)}\n\`\`\``,
    '## A month of incremental cycles',
    ...monthly(measured),
    '## Measured',
    ...measurement(measured),
    '## Documented',
    list(documentedFacts()),
    '## Assumed',
    list(assumptions()),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

function introduction(measured: Measured): readonly string[] {
  const { requests, units, database } = initialCycle(measured, 10_000);
  return [
    paragraph(`What a directory costs in Azure. \`npm run cost\` writes this page, and \`npm run cost --
      --users N\` prints its tables for another size. No bill has confirmed it yet: operations and sizes
      are **measured**, charges are **documented** by Microsoft, prices and habits are **assumed**, each
      as said below.`),
    paragraph(`Provisioning 10,000 users for the first time, with managers, groups and memberships, takes
      ${thousands(requests)} requests and ${(units / 1e6).toFixed(1)} million request units:
      **$${database.serverless.toFixed(2)}** on a serverless account.`),
  ];
}

function monthly(measured: Measured): readonly string[] {
  const { idle } = measured;
  return [
    paragraph(`In a month ${percent(assumed.joiningShare)} of the users join,
      ${percent(assumed.leavingShare)} are disabled and deleted, ${percent(assumed.changedShare)} change,
      and ${percent(assumed.movedShare)} enter a group (assumed).`),
    markdown(databaseTable(measured, sizes)),
    paragraph(`The timers run every minute, whatever there is to do: ${idle.operations} queries. A
      serverless account bears 5,000 request units per second (documented);
      ${documented.requestsPerSecond} requests per second, which Entra ID's gallery asks for, take
      ${Math.round(unitsPerSecond(measured))}.`),
    'All services together:',
    markdown(monthTable(measured, sizes)),
    paragraph(`Functions are counted before the monthly grant of
      ${documented.grantedGigabyteSeconds.toLocaleString('en-US')} GB-s, which covers half of the timers. An
      instance that is always ready adds about $21 (assumed). Private endpoints, traffic, backups, alert
      rules and e-mail are not counted.`),
  ];
}

function measurement(measured: Measured): readonly string[] {
  const { users, groups, memberships, logBytes } = measured;
  return [
    paragraph(`\`npm run cost\` plays the cycles of \`npm run entra\` with ${users} users, ${groups}
      groups and ${memberships} memberships against the endpoint on the embedded engine, notes every call
      to the store, and lays each batch out as the Cosmos DB engine does. A line of the log has
      ${logBytes} bytes.`),
    markdown(requestTable(measured)),
    markdown(documentTable(measured)),
    'Sizes include what Cosmos DB adds to a document. Terms are the values that the indexes of its container hold.',
  ];
}

function documentedFacts(): readonly string[] {
  return [
    `A read by size: 1 request unit for 1 KB, 1.14 for 4 KB, 9.95 for 128 KB; a write: 4.95, 6.67, 48.19.
      A creation and a deletion add 0.2 for each index term; a replacement is two writes and the terms
      that differ; a patch adds 0.4 for each property ([request units](${charges})).`,
    `Under bounded staleness, which the infrastructure sets, a read or query costs ${stalenessFactor} times as much.`,
    `Autoscale bills an hour by its peak, from ${percent(documented.autoscaleFloor)} of its maximum to all
      of it. The tables go from the floor all the time to the maximum in every hour with a change.`,
    `A container is billed as ${documented.gigabytesPerContainer} GB at least, an instance that works as
      ${documented.secondsPerExecution} second at least.`,
  ];
}

function assumptions(): readonly string[] {
  return [
    `A query costs ${unitsPerQuery} request units and a read of each document that it loads, which is too
      much for small ones. A batch costs the sum of its operations. A composite index counts as one term.`,
    `The initial cycle takes ${assumed.minutesPerUser} minutes for each user (Microsoft documents 0.01 to
      0.08) and keeps one instance busy. Later a cycle comes every ${documented.cycleMinutes} minutes and
      finds a new instance, which reads key and tenant, asks Key Vault twice and notes the use of the key.`,
    `Requests of a cycle come ${assumed.secondsPerRequest} s apart, at an instance of
      ${assumed.instanceGigabytes} GB. Telemetry is ${assumed.telemetryBytes / 1_024} KB for each request,
      and all of it is kept. Indexes add ${percent(assumed.indexShare)} to what is stored.`,
    `List prices in US dollars: $${prices.perMillionUnits} for a million request units,
      $${prices.per100UnitsPerSecondAndHour} for an hour of 100 RU/s (autoscale ${prices.autoscaleFactor}
      times that), $${prices.perGigabyteAndMonth} for a month of a GB,
      $${prices.perGigabyteSecond.toFixed(6)} for a GB-s, $${prices.perMillionExecutions.toFixed(2)} for a
      million executions, $${prices.per10000Secrets} for 10,000 secrets,
      $${prices.perGigabyteOfLogs.toFixed(2)} for a GB of logs.`,
  ];
}

const markdown = ({ header, rows }: Table) => markdownTable(header, rows);
const percent = (share: number) => `${Math.round(share * 100)} %`;
const thousands = (number: number) => `${Math.round(number / 1_000)},000`;
const paragraph = (text: string) => wrapped(text).join('\n');
const list = (items: readonly string[]) => items.map((item) => `- ${wrapped(item).join('\n  ')}`).join('\n');

/** The words of a text in lines that are not too long. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length >= columns) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
