import type { Condition, Path } from '../scim/filter/condition.ts';

/** The containers of documents, by subject. */
export const containers = ['users', 'groups', 'tokens', 'tenants', 'audit', 'feed'] as const;
/** The name of a container. */
export type Container = (typeof containers)[number];

/**
 * A document in a container. `id` is unique in its partition, whatever the kind, so most kinds have a prefix
 * of their own (`unique:…`, `member:…`). It has only the characters `A-Z a-z 0-9 _ : . -`.
 */
export interface Document {
  readonly id: string;
  /** The partition: the id of a tenant, or in `tokens` that of the key. */
  readonly tenantId: string;
  readonly kind: string;
  /** The time from which a timer works on it, in milliseconds since 1970. Indexed across partitions. */
  readonly due?: number;
  /** The time after which the store may remove it, in milliseconds since 1970. It is never removed before. */
  readonly expires?: number;
  /**
   * The texts that a query can sort it by, by attribute name; null if it has no such text. Texts have at most
   * `limits.sortedCharactersMax` characters.
   */
  readonly order?: Readonly<Record<string, string | null>>;
  readonly [property: string]: unknown;
}

/** A document with its version, which every write changes. */
export interface Stored<D extends Document = Document> {
  readonly document: D;
  readonly version: string;
}

/** The documents that one batch can change and one query can read. */
export interface Partition {
  readonly container: Container;
  readonly tenantId: string;
}

/** The documents of a partition to remove. */
export interface Drain extends Partition {
  /** The kind that is kept; by default none is. */
  readonly except?: string;
}

/** The address of one document. */
export interface DocumentKey extends Partition {
  readonly kind: string;
  readonly id: string;
}

/** One change of an atomic batch. It cannot change the `kind`, `id` or `tenantId` of a document. */
export type Change =
  /** Fails with `conflict` if the document exists. */
  | { readonly op: 'create'; readonly document: Document }
  /** Fails with `stale` if the document is absent or has another version. */
  | { readonly op: 'replace'; readonly document: Document; readonly ifVersion?: string }
  /** Fails with `stale` if the document is absent or has another version. */
  | { readonly op: 'delete'; readonly kind: string; readonly id: string; readonly ifVersion?: string }
  | Increment;

/** Adds to top-level numbers (absent counts as 0) and sets other properties. It checks no version. */
export interface Increment {
  readonly op: 'increment';
  readonly kind: string;
  readonly id: string;
  readonly by: Readonly<Record<string, number>>;
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  /** Upper bounds of the sums. The change fails with `stale` if a sum exceeds one. */
  readonly atMost?: Readonly<Record<string, number>>;
  /** `create` begins with an empty document; `fail` fails with `stale`. */
  readonly ifAbsent: 'create' | 'fail';
}

/**
 * The order of texts by code points. Documents with the same text are in ascending order of their ids.
 * Documents without a text come last, or first in a descending order.
 */
export interface Order {
  /**
   * `['order', name]`, or `['id']`, or `['created']` or `['lastModified']` of documents that have `order`.
   */
  readonly path: Path;
  readonly descending: boolean;
  /** Selects only documents whose text begins with this one. For paths `['order', name]`. */
  readonly startsWith?: string;
  /** Selects only documents after the one with this text and id. */
  readonly after?: { readonly text: string | null; readonly id: string };
}

/** A query of documents of one kind in one partition. They are in the order of their ids by default. */
export interface Query extends Partition {
  readonly kind: string;
  readonly where?: Condition;
  readonly order?: Order;
  /** Selects only ids after this one. Ignored with `order`, which has its own `after`. */
  readonly after?: string;
  /** Number of matches to skip. The engine reads the skipped ones too. */
  readonly offset?: number;
  readonly limit: number;
}

/** The time up to which documents are due, in milliseconds since 1970, and the number of those to read. */
export interface DueRange {
  readonly before: number;
  readonly limit: number;
  /** The only partition to read; by default all are. */
  readonly tenantId?: string;
}

/**
 * Throws StoreError `unavailable` if a batch may no longer be written. The engine calls it just before it writes,
 * because a process may stand still while a batch waits.
 */
export type WriteCheck = () => void;

/** The matches of one query, in its order. */
export interface Page {
  readonly documents: readonly Stored[];
  /** True if more matches follow. */
  readonly more: boolean;
}

/** The place in the commits of a container to read from: `next` of a page, the first one, or behind the last one. */
export type FollowStart = { readonly cursor: string } | 'beginning' | 'now';

/** Documents in the order of their commits, as far as they still exist. */
export interface FollowPage {
  readonly documents: readonly Stored[];
  /** Opaque, and only good for the container. */
  readonly next: string;
  /** True if nothing followed when it was read. */
  readonly isWhole: boolean;
}

/** Observes store operations, for example to measure the cost of a request. */
export interface Meter {
  /** `examined`: documents read, returned or not. `requestUnits`: absent or 0 if the engine has none. */
  operation?(name: StoreOperation, examined: number, requestUnits?: number): void;
  /** `failure`: the error of the operation; `undefined` if it succeeded. */
  outcome?(name: StoreOperation, failure: unknown): void;
}
/** The name under which a call of the store is counted. */
export type StoreOperation =
  | 'read'
  | 'readMany'
  | 'commit'
  | 'query'
  | 'count'
  | 'due'
  | 'follow'
  | 'sweep'
  | 'drain';

/**
 * `latest`, the default: shows every commit that has been answered. `recent`: commits of other processes may show
 * later, on Cosmos DB usually by milliseconds, at half the price.
 */
export type Freshness = 'latest' | 'recent';

/** The port to the database. Its promises reject with a StoreError, or with another error for a defect. */
export interface DocumentStore {
  /** `undefined` if the document is absent, also for an id that no document can have. */
  read(key: DocumentKey, freshness?: Freshness): Promise<Stored | undefined>;
  /** Yields the documents in the order of the keys. */
  readMany(keys: readonly DocumentKey[]): Promise<readonly (Stored | undefined)[]>;
  /**
   * Writes all of the changes or, if one fails, none. They are durable when the promise resolves.
   *
   * Rejects with `tooLarge` above the bounds of Cosmos DB: `limits.batchChangesMax` changes of together
   * `limits.batchBytesMax` bytes, and `limits.documentBytesMax` bytes of one document.
   */
  commit(partition: Partition, changes: readonly Change[], check?: WriteCheck): Promise<void>;
  query(query: Query): Promise<Page>;
  count(query: Omit<Query, 'order' | 'after' | 'offset' | 'limit'>): Promise<number>;
  /**
   * Reads documents of some kinds whose `due` is at or before the time, the earliest first. The answer is `recent`: a
   * caller must bear that another process has just changed, added or removed a document.
   */
  due(container: Container, kinds: readonly string[], range: DueRange): Promise<readonly Stored[]>;
  /**
   * Reads the followed kind of a container, over all partitions, as it was written: in order within a partition, and
   * each document once unless it changes or the engine divides the container. Documents of one commit come together, so
   * that there may be more than `limit`. A page may be empty although others follow. `undefined` if the container does
   * not continue at the cursor, such as after a restore.
   */
  follow(container: Container, start: FollowStart, limit: number): Promise<FollowPage | undefined>;
  /** Removes documents that expired before the time, if the database does not do so itself. */
  sweep(expired: { before: number; limit: number }): Promise<void>;
  /** Removes up to `limit` documents of a partition. Yields the number of those removed. */
  drain(what: Drain, limit: number): Promise<number>;
  /** The same store, whose operations `meter` counts. */
  metered(meter: Meter): DocumentStore;
  close(): Promise<void>;
}

/**
 * `conflict`, `stale`: another writer was first. `busy`: too many others were first. `throttled`, `unavailable`: no
 * answer for now. `tooLarge`: the database never takes such a batch.
 */
type StoreErrorKind = 'conflict' | 'stale' | 'busy' | 'throttled' | 'unavailable' | 'tooLarge';

/** A failure of the store, in the terms of the port. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  /** For `conflict`, `stale` and `tooLarge`: the position of the failed change, from 0. */
  readonly change: number | undefined;
  /** For `throttled`: seconds to wait before the next attempt. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: StoreErrorKind,
    context: { change?: number; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(`Store answers ${kind}`, { cause: context.cause });
    this.name = 'StoreError';
    this.kind = kind;
    this.change = context.change;
    this.retryAfterSeconds = context.retryAfterSeconds;
  }
}

/** Recognises the failure of a write because another writer was first. Read again, then repeat. */
export function isLostRace(thrown: unknown): thrown is StoreError {
  return thrown instanceof StoreError && (thrown.kind === 'stale' || thrown.kind === 'conflict');
}

/** Recognises the failure of a store that does not answer now. */
export function isOutage(thrown: unknown): boolean {
  return thrown instanceof StoreError && (thrown.kind === 'throttled' || thrown.kind === 'unavailable');
}
