import { limits } from '../../lib/base/limits.ts';
import { markdownTable } from '../bench/table.ts';
import { stalenessFactor, unitsPerQuery } from './charges.ts';
import type { Measured } from './measured.ts';
import { initialCycle, timerUnits, unitsOf, unitsPerSecond } from './model.ts';
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

/** The share of the feed in the initial cycle, and its price for a change alone. */
function feedShare(measured: Measured): string {
  const { units } = initialCycle(measured, measured.users);
  const { feed, lone, users } = measured;
  const each = (all: number) => (all / users).toFixed(0);
  return paragraph(`The initial cycle takes ${each(units)} request units a user, and ${each(units - unitsOf(feed))}
    without the feed (\`FEED_ENABLED=false\`). An event takes ${(unitsOf(feed) / feed.entries).toFixed(1)} if others
    are entered with it, and ${unitsOf(lone).toFixed(1)} if it is alone.`);
}

/** Writes the text of docs/cost.md from the measurements. */
export function costPage(measured: Measured): string {
  return [
    '# Cost',
    ...introduction(measured),
    '## The initial cycle',
    markdown(initialTable(measured, sizes)),
    'The request units of the initial cycle divide as follows:',
    `\`\`\`\n${shareBars(measured)}\n\`\`\``,
    feedShare(measured),
    '## A month of incremental cycles',
    ...monthly(measured),
    '## What is saved, and what is lost by it',
    list(savings(measured)),
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
    paragraph(`This page estimates what a directory costs in Azure. \`npm run cost\` writes it, and
      \`npm run cost -- --users N\` prints its tables for another size. No bill has confirmed the estimate
      yet. Operations and sizes are **measured**, charges are **documented** by Microsoft, and prices and
      client behaviour are **assumed**. The sections below list each of them.`),
    paragraph(`Provisioning 10,000 users for the first time, with managers, groups and memberships, takes
      ${thousands(requests)} requests and ${(units / 1e6).toFixed(1)} million request units. On a serverless
      account, this costs **$${database.serverless.toFixed(2)}**. These numbers are for a tenant with the
      profile \`entra\`. With \`generic\`, the same requests ask more of the store.`),
  ];
}

function monthly(measured: Measured): readonly string[] {
  const { idle } = measured;
  return [
    paragraph(`Each month, ${percent(assumed.joiningShare)} of the users join,
      ${percent(assumed.leavingShare)} are disabled and deleted, ${percent(assumed.changedShare)} change,
      and ${percent(assumed.movedShare)} join a group (assumed).`),
    markdown(databaseTable(measured, sizes)),
    paragraph(`Every minute the timer reads a mark that tells whether work was left for it. It sweeps, with
      ${idle.operations} queries, every minute until ten minutes after the last change, then every
      ${limits.quietSweepMinutes} minutes until an hour after it, and else every 15 minutes. A deployment that
      nobody uses takes **${whole(timerUnits(measured))} request units a month** for this. A serverless
      account can handle 5,000 request units per second
      (documented). Entra ID's gallery requires ${documented.requestsPerSecond} requests per second, which
      take ${Math.round(unitsPerSecond(measured))} request units.`),
    'The cost of all services together:',
    markdown(monthTable(measured, sizes)),
    paragraph(`The Functions column does not deduct the monthly grant of
      ${documented.grantedGigabyteSeconds.toLocaleString('en-US')} GB-s, which would cover the timer.
      An always-ready instance adds about $21 (assumed). The table does not include private endpoints,
      traffic, backups, alert rules and e-mail.`),
  ];
}

function savings({ mark, idle, look }: Measured): readonly string[] {
  return [
    `**A look instead of a sweep** costs ${unitsOf(look)} request unit instead of ${unitsOf(idle)}. Work that becomes
      due by time alone, such as the end of a grace period, waits up to 15 minutes in a deployment that nobody uses. An
      instance that leaves work writes the mark for it at most once a minute (${unitsOf(mark)} request units). If that
      write fails, the work may wait up to 15 minutes.`,
    `**One query for all kinds of work in a container** finds at most ${limits.maintenanceBatchMax} documents. If it
      finds so many, or if the run has written to the container, the timer also queries each kind. A run that has done
      something queries once more at its end.`,
    `**The indexes hold what people search by.** A filter of another attribute reads each user, unless the deployment
      indexes all attributes ([deploy.md](deploy.md#choose-options)).`,
    `**Records are counted without receipts.** The numbers are for a timer that always runs in the same process. After
      each change of the process, a record of the next sweep takes 2 request units more.`,
    `**The timer's queries, and its read of the mark, are at session consistency**, which halves their price. They may
      miss what another instance has just written. The next sweep finds it.`,
    `**Mails share the timer.** While a mail server is slow, a sweep takes up to
      ${limits.mailRunSecondsMax + limits.mailSendSecondsMax} seconds for mails, and the next one waits for it.`,
  ];
}

function measurement(measured: Measured): readonly string[] {
  const { users, groups, memberships, logBytes } = measured;
  return [
    paragraph(`\`npm run cost\` runs the cycles of \`npm run entra\` with ${users} users, ${groups}
      groups and ${memberships} memberships against the endpoint on the embedded engine. It records every
      call to the store and builds each batch as the Cosmos DB engine does. A log line has ${logBytes}
      bytes.`),
    markdown(requestTable(measured)),
    markdown(documentTable(measured)),
    'Sizes include what Cosmos DB adds to a document. Terms are the values in the indexes of its container.',
  ];
}

function documentedFacts(): readonly string[] {
  return [
    `A read costs 1 request unit for 1 KB, 1.14 for 4 KB and 9.95 for 128 KB. A write costs 4.95, 6.67 and
      48.19 for the same sizes. Creating or deleting a document adds 0.2 for each index term. Replacing one
      costs two writes and the terms that differ. A patch adds 0.4 for each property ([source](${charges})).`,
    `Under bounded staleness, which Muster's infrastructure sets, reads and queries cost ${stalenessFactor} times
      as much as at session consistency.`,
    `Autoscale bills each hour by its peak, which lies between ${percent(documented.autoscaleFloor)} and 100 %
      of the maximum. The lower amount in the tables is for the floor all the time, the higher one for the
      maximum in every hour with a change.`,
    `Each container is billed for at least ${documented.gigabytesPerContainer} GB. An instance that works is
      billed for at least ${documented.secondsPerExecution} second.`,
  ];
}

function assumptions(): readonly string[] {
  return [
    `A query costs ${unitsPerQuery} request units plus a read of each document that it loads. For small
      documents this is too high. A batch costs the sum of its operations. A composite index counts as one
      term.`,
    `The initial cycle takes ${assumed.minutesPerUser} minutes for each user (Microsoft documents 0.01 to
      0.08) and keeps one instance busy. Later cycles come every ${documented.cycleMinutes} minutes. Each
      finds a new instance, which reads the key and the tenant, calls Key Vault twice and records that the
      key was used.`,
    `The requests of a cycle come ${assumed.secondsPerRequest} s apart, to an instance with
      ${assumed.instanceGigabytes} GB of memory. Telemetry takes ${assumed.telemetryBytes / 1_024} KB for each
      request, and all of it is kept. Indexes add ${percent(assumed.indexShare)} to the stored data.`,
    `The list prices, in US dollars, are $${prices.perMillionUnits} for a million request units,
      $${prices.per100UnitsPerSecondAndHour} for an hour of 100 RU/s (autoscale ${prices.autoscaleFactor}
      times that), $${prices.perGigabyteAndMonth} for a month of a GB,
      $${prices.perGigabyteSecond.toFixed(6)} for a GB-s, $${prices.perMillionExecutions.toFixed(2)} for a
      million executions, $${prices.per10000Secrets} for 10,000 secrets,
      $${prices.perGigabyteOfLogs.toFixed(2)} for a GB of logs.`,
  ];
}

const markdown = ({ header, rows }: Table) => markdownTable(header, rows);
const percent = (share: number) => `${Math.round(share * 100)} %`;
const whole = (number: number) => Math.round(number).toLocaleString('en-US');
const thousands = (number: number) => `${Math.round(number / 1_000)},000`;
const paragraph = (text: string) => wrapped(text).join('\n');
const list = (items: readonly string[]) => items.map((item) => `- ${wrapped(item).join('\n  ')}`).join('\n');

/** Wraps the words of a text into lines of fewer than `columns` characters. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length >= columns) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
