import { setTimeout as sleep } from 'node:timers/promises';
import { recordOperations, recordOutcomes } from '../../../lib/manage/record-words.ts';
import { findTenant } from '../api/find-tenant.ts';
import { type List, pagesOf } from '../api/pages.ts';
import { at } from '../api/path.ts';
import { choice, command, flag, text, wholeNumber } from '../command.ts';
import { CommandError } from '../command-error.ts';
import type { Session } from '../session.ts';
import { cleanText } from '../terminal/clean-text.ts';
import { describeDocument, inOneLine } from '../terminal/describe.ts';
import { type Columns, toTable } from '../terminal/table.ts';
import { localTime, parseSince, showTime } from '../terminal/times.ts';

/** A record of the trail; the table shows its other fields as details. */
interface AuditRecord {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly operation?: string;
  readonly resourceType?: string;
  readonly resource?: string;
  readonly outcome?: string;
  readonly credential?: string;
}

interface Run {
  readonly id: string;
  readonly started?: string;
  readonly ended?: string;
  readonly state?: string;
  readonly credential?: string;
  /** The first refusals; only `--run` shows them, because they are long. */
  readonly details?: readonly object[];
}

const shownByDefault = 100;
const pollMilliseconds = 3_000;
/** Records may arrive late and out of order; the command looks for those that are late by up to this time. */
const lateMilliseconds = 15 * 60_000;

const rangeOptions = {
  since: text(
    '--since <time>',
    'from this time on: 90s, 15m, 1h, 7d, or a time such as 2026-01-31T12:00:00Z',
  ),
  from: text('--from <time>', 'the same as --since'),
  until: text('--until <time>', 'before this time, in the same forms'),
  credential: text('--credential <key>', 'only those of this key; give its id'),
  limit: wholeNumber('--limit <n>', `at most this many (default: ${shownByDefault}; with --since, all)`, 1),
};

/** The commands on the audit trail. */
export const auditCommands = [
  command({
    name: 'audit',
    takes: [],
    mayTake: 'tenant',
    summary:
      'Shows the audit trail, newest record first. With --follow, also shows new records as they arrive.',
    details: 'Without a tenant, shows which tenants were created and deleted, and by whom.',
    example: 'audit Contoso --since 1h --outcome refused',
    options: {
      follow: flag('--follow', 'keep showing new records, newest last, until Ctrl-C'),
      operation: choice('--operation <name>', 'only records of this operation, such as create', [
        ...recordOperations,
      ]),
      outcome: choice('--outcome <name>', 'only records with this outcome, such as refused', [
        ...recordOutcomes,
      ]),
      resource: text('--resource <id>', 'only records about this user or group'),
      run: text('--run <id>', 'only records of this sync run'),
      ...rangeOptions,
    },
    async run(session, { tenant, follow, since, from, until, limit, ...filter }) {
      const range = readRange({ since, from, until }, session.now());
      if (follow && range.to !== undefined) {
        throw new CommandError(
          'usage',
          'Use either --follow or --until: new records are never before a time.',
        );
      }
      const path =
        tenant === undefined ? '/audit' : at`/tenants/${(await findTenant(session, tenant)).id}/audit`;
      const list = { path, name: 'records', query: { ...filter, ...range } };
      const records = await readNewest<AuditRecord>(session, list, limit);
      if (follow) return followTrail(session, list, records);
      session.output.result({ records }, () =>
        records.length === 0 ? 'There are no such records.' : toTable(records, recordColumns(session.now())),
      );
    },
  }),
  command({
    name: 'runs',
    takes: ['tenant'],
    summary: 'Shows the sync runs of a tenant and their results, newest first.',
    example: 'runs Contoso --since 7d',
    options: { run: text('--run <id>', 'only this run, with all its details'), ...rangeOptions },
    async run(session, { tenant, run, since, from, until, limit, credential }) {
      const range = readRange({ since, from, until }, session.now());
      const { id } = await findTenant(session, tenant);
      if (run !== undefined) {
        const one = await session.api.get<Run>(at`/tenants/${id}/runs/${run}`);
        return session.output.result(one, () => describeDocument(one));
      }
      const list = { path: at`/tenants/${id}/runs`, name: 'runs', query: { credential, ...range } };
      const runs = await readNewest<Run>(session, list, limit);
      session.output.result({ runs }, () =>
        runs.length === 0 ? 'There are no such runs.' : toTable(runs, runColumns(session.now())),
      );
    },
  }),
];

interface AskedRange {
  readonly since: string | undefined;
  readonly from: string | undefined;
  readonly until: string | undefined;
}

/** Reads the times between which records are shown; throws a CommandError if they contradict each other. */
function readRange({ since, from: alias, until }: AskedRange, now: number) {
  if (since !== undefined && alias !== undefined) {
    throw new CommandError('usage', 'Use either --since or --from: they mean the same.');
  }
  const from = parseSince(since ?? alias, now, since === undefined ? '--from' : '--since');
  const to = parseSince(until, now, '--until');
  if (from === undefined || to === undefined || from < to) return { from, to };
  throw new CommandError('usage', '--until must be a later time than --since: nothing lies between them.');
}

/** The parts of a record without its time and id; fields without a column of their own are the details. */
function partsOf({
  id: _,
  at: __,
  resourceType,
  resource,
  operation,
  outcome,
  credential,
  ...rest
}: AuditRecord) {
  const about = [resourceType, resource].filter((one) => one !== undefined).join(' ');
  return { operation, about, outcome, credential, details: inOneLine(rest) };
}

const recordColumns = (now: number): Columns<AuditRecord> => ({
  Time: ({ at: time }) => showTime(time, now),
  Operation: (record) => partsOf(record).operation,
  Resource: (record) => partsOf(record).about,
  Outcome: (record) => partsOf(record).outcome,
  Credential: (record) => partsOf(record).credential,
  Details: (record) => partsOf(record).details,
});

function recordLine(record: AuditRecord): string {
  const cells = [localTime(Date.parse(record.at)), ...Object.values(partsOf(record))];
  return cleanText(cells.filter(Boolean).join('  '));
}

const runColumns = (now: number): Columns<Run> => ({
  Started: ({ started }) => started && showTime(started, now),
  Ended: ({ ended }) => ended && localTime(Date.parse(ended)),
  State: ({ state }) => state,
  Credential: ({ credential }) => credential,
  Id: ({ id }) => id,
  Result: ({ id: _, started: __, ended: ___, state: ____, credential: _____, details: ______, ...result }) =>
    inOneLine(result),
});

async function readNewest<Row>(
  { api }: Session,
  list: List,
  limit: number | undefined,
): Promise<readonly Row[]> {
  const max = limit ?? (list.query?.from === undefined ? shownByDefault : Number.POSITIVE_INFINITY);
  const rows: Row[] = [];
  for await (const page of pagesOf<Row>(api, list)) {
    rows.push(...page);
    if (rows.length >= max) break;
  }
  return rows.slice(0, max);
}

/** Shows the known records, newest last, and then new ones, until Ctrl-C. */
async function followTrail(session: Session, list: List, known: readonly AuditRecord[]): Promise<void> {
  const seen = new Map<string, number>();
  // The command left out older records on purpose.
  const oldest = Date.parse(known.at(-1)?.at ?? new Date(0).toISOString());
  let newest = 0;
  for (let records = known; ; ) {
    for (const record of records.toReversed()) {
      const time = Date.parse(record.at);
      newest = Math.max(newest, time);
      seen.set(record.id, time);
      session.output.record(record, () => recordLine(record));
    }
    await sleep(pollMilliseconds, undefined, { signal: session.signal });
    const from = Math.max(newest - lateMilliseconds, oldest);
    for (const [id, time] of seen) if (time < from) seen.delete(id);
    const query = { ...list.query, from: new Date(from).toISOString() };
    records = await readUnseen(session, { ...list, query }, seen);
  }
}

/** Reads pages until one has no new record. */
async function readUnseen(
  { api }: Session,
  list: List,
  seen: ReadonlyMap<string, number>,
): Promise<readonly AuditRecord[]> {
  const found: AuditRecord[] = [];
  for await (const page of pagesOf<AuditRecord>(api, list)) {
    const unseen = page.filter(({ id }) => !seen.has(id));
    found.push(...unseen);
    if (unseen.length === 0) break;
  }
  return found;
}
