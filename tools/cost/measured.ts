import { readFileSync } from 'node:fs';

/** Request units at session consistency, of reads and queries and of writes. */
export interface Units {
  readonly reads: number;
  /** Of reads that may be recent, for which the consistency of the account does not count; absent if there are none. */
  readonly recent?: number;
  readonly writes: number;
}

/** The store work of a run of Entra ID's cycles; sums unless a comment says otherwise. */
export interface Measured {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
  /** The phases of the initial cycle. */
  readonly initial: readonly (Units & {
    readonly title: string;
    readonly requests: number;
    readonly operations: number;
  })[];
  /** The averages by kind of request. */
  readonly requests: readonly (Units & {
    readonly kind: string;
    readonly count: number;
    readonly operations: number;
  })[];
  /** The work of counting the records of the initial cycle in their runs. */
  readonly delivery: Units & { readonly records: number };
  /** The work of entering the changes of the initial cycle into the feed, and one change alone. */
  readonly feed: Units & { readonly entries: number };
  readonly lone: Units;
  /** The timer's remaining work for deleted users, until their grace period is over. */
  readonly windDown: Units & { readonly users: number };
  /** The work of a sweep of the timer that finds nothing to do. */
  readonly idle: Units & { readonly operations: number };
  /** The work of the timer's look whether it should sweep, and of the mark that it looks for. */
  readonly look: Units;
  readonly mark: Units;
  /** The documents that the initial cycle creates, by kind: their number, average bytes and index terms. */
  readonly documents: readonly {
    readonly kind: string;
    readonly count: number;
    readonly bytes: number;
    readonly terms: number;
  }[];
  /** The average size of a request's log line. */
  readonly logBytes: number;
}

/** The file in which `npm run cost` keeps its measurements. */
export const measuredFile = new URL('measured.json', import.meta.url);

/** Reads the measurements that docs/cost.md is computed from. */
export function readMeasured(): Measured {
  return JSON.parse(readFileSync(measuredFile, 'utf8'));
}
