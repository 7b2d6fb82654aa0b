import type { Measured } from './measured.ts';
import { initialCycle, month, throughputFor, unitsOf } from './model.ts';
import { documented } from './prices.ts';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const whole = (number: number) => Math.round(number).toLocaleString('en-US');
const tenths = (number: number) => number.toFixed(1);
const dollars = (amount: number) => (amount >= 100 ? `$${whole(amount)}` : `$${amount.toFixed(2)}`);
const range = ({ least, most }: { least: number; most: number }) =>
  least === most ? dollars(most) : `${dollars(least)} to ${dollars(most)}`;

/** The effort and cost of provisioning directories of these sizes for the first time. */
export function initialTable(measured: Measured, sizes: readonly number[]): Table {
  return {
    header: [
      'users',
      'requests',
      'request units',
      'hours',
      'database, serverless',
      'or autoscale, above the floor',
      'Functions',
      'logs',
    ],
    rows: sizes.map((users) => {
      const { requests, units, hours, database, functions, logs } = initialCycle(measured, users);
      const { serverless, autoscale } = database;
      return [
        whole(users),
        whole(requests),
        whole(units),
        tenths(hours),
        dollars(serverless),
        range(autoscale),
        dollars(functions),
        dollars(logs),
      ];
    }),
  };
}

/** The database work and its cost in a month of incremental cycles. */
export function databaseTable(measured: Measured, sizes: readonly number[]): Table {
  return {
    header: [
      'users',
      'requests',
      'request units for changes',
      'for the timers',
      'serverless',
      `autoscale, ${whole(documented.autoscaleMinimum)} RU/s`,
      `provisioned, ${whole(throughputFor(measured))} RU/s`,
    ],
    rows: sizes.map((users) => {
      const { requests, units, database } = month(measured, users);
      const { serverless, autoscale, provisioned } = database;
      return [
        whole(users),
        whole(requests),
        whole(units.changes),
        whole(units.timer),
        dollars(serverless),
        range(autoscale),
        dollars(provisioned),
      ];
    }),
  };
}

/** The cost of a month for all services, with a serverless database. */
export function monthTable(measured: Measured, sizes: readonly number[]): Table {
  return {
    header: ['users', 'database, serverless', 'storage', 'Functions', 'Key Vault', 'logs', 'total'],
    rows: sizes.map((users) => {
      const { database, storage, functions, vault, logs } = month(measured, users);
      const parts = [database.serverless, storage, functions, vault, logs];
      return [whole(users), ...[...parts, parts.reduce((sum, part) => sum + part, 0)].map(dollars)];
    }),
  };
}

/** The cost of each kind of request, in request units under bounded staleness. */
export function requestTable({ requests }: Measured): Table {
  return {
    header: ['request of Entra ID', 'measured', 'store operations', 'request units'],
    rows: requests.map(({ kind, count, operations, ...units }) => [
      kind,
      whole(count),
      tenths(operations),
      tenths(unitsOf(units)),
    ]),
  };
}

/** The documents in a directory, by kind. */
export function documentTable({ documents, users }: Measured): Table {
  return {
    header: ['document', 'per 1,000 users', 'bytes', 'index terms'],
    rows: documents.map(({ kind, count, bytes, terms }) => [
      kind,
      whole((count * 1_000) / users),
      whole(bytes),
      whole(terms),
    ]),
  };
}

const barWidth = 40;

/** The shares of the initial cycle's request units, as text bars. */
export function shareBars(measured: Measured): string {
  const parts = [
    ...measured.initial.map(({ title, ...units }) => [title, unitsOf(units)] as const),
    ['Audit trail: records counted in runs', unitsOf(measured.delivery)] as const,
    ['Feed: events entered', unitsOf(measured.feed)] as const,
  ];
  const total = parts.reduce((sum, [, units]) => sum + units, 0);
  const width = Math.max(...parts.map(([title]) => title.length));
  return parts
    .map(([title, units]) => {
      const share = units / total;
      const bar = '█'.repeat(Math.round(share * barWidth));
      return `${title.padEnd(width)}  ${bar} ${Math.round(share * 100)} %`;
    })
    .join('\n');
}
