import { readFileSync } from 'node:fs';

/** Request units at session consistency: of reads and queries, and of writes. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** What a play of Entra ID's cycles asked of the store; sums unless said otherwise. */
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
  /** By kind of request, on average. */
  readonly requests: readonly (Units & {
    readonly kind: string;
    readonly count: number;
    readonly operations: number;
  })[];
  /** Moving the events of the initial cycle into the audit trail. */
  readonly delivery: Units & { readonly events: number };
  /** What the timer has left to do for users who are deleted, until their grace period is over. */
  readonly windDown: Units & { readonly users: number };
  /** A run of the timer that finds nothing. */
  readonly idle: Units & { readonly operations: number };
  /** What the initial cycle creates and leaves, by kind: how many, and their average bytes and index terms. */
  readonly documents: readonly {
    readonly kind: string;
    readonly count: number;
    readonly bytes: number;
    readonly terms: number;
  }[];
  /** The average line of the log for a request. */
  readonly logBytes: number;
}

/** Where `npm run cost` keeps what it measured. */
export const measuredFile = new URL('measured.json', import.meta.url);

/** The numbers that docs/cost.md is computed from. */
export function readMeasured(): Measured {
  return JSON.parse(readFileSync(measuredFile, 'utf8'));
}
