import type { Condition, Path } from '../scim/filter/condition.ts';

/** Where documents are kept, by what they concern. */
export const containers = ['users', 'groups', 'tokens', 'tenants', 'audit'] as const;
/** The name of the place of a document. */
export type Container = (typeof containers)[number];

/**
 * What a container holds. `id` is unique among all kinds of one partition, so its form tells the kind apart
 * (`unique:…`, `member:…`); it uses only `A-Z a-z 0-9 _ : . -`.
 */
export interface Document {
  readonly id: string;
  /** The partition: a tenant, or in `tokens` the key's own id. */
  readonly tenantId: string;
  readonly kind: string;
  /** When a timer wants it, in milliseconds since 1970; indexed across partitions. */
  readonly due?: number;
  /** From when nobody wants it any more, in milliseconds since 1970: it may be gone soon after, and not before. */
  readonly expires?: number;
  /**
   * What a query can order it by beside its times, by name; null where it has no such text. Texts have at most
   * `limits.sortedCharactersMax` characters.
   */
  readonly order?: Readonly<Record<string, string | null>>;
  readonly [property: string]: unknown;
}

/** A document with the engine's version of it, which every write changes. */
export interface Stored<D extends Document = Document> {
  readonly document: D;
  readonly version: string;
}

/** The documents that one batch can change and one query can read. */
export interface Partition {
  readonly container: Container;
  readonly tenantId: string;
}

/** The documents of a partition that are to be removed. */
export interface Drain extends Partition {
  /** The kind that stays; without it every kind goes. */
  readonly except?: string;
}

/** What leads to one document. */
export interface DocumentKey extends Partition {
  readonly kind: string;
  readonly id: string;
}

/** One change of an atomic batch; `kind`, `id` and `tenantId` of a document never change. */
export type Change =
  /** Fails with `conflict` when the document exists. */
  | { readonly op: 'create'; readonly document: Document }
  /** Fails with `stale` when it is absent or its version is another. */
  | { readonly op: 'replace'; readonly document: Document; readonly ifVersion?: string }
  /** Fails with `stale` when it is absent or its version is another. */
  | { readonly op: 'delete'; readonly kind: string; readonly id: string; readonly ifVersion?: string }
  | Increment;

/** Adds to top-level numbers (absent counts as 0) and sets others, without a version check. */
export interface Increment {
  readonly op: 'increment';
  readonly kind: string;
  readonly id: string;
  readonly by: Readonly<Record<string, number>>;
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  /** What a number may come to at most; beyond it the change is `stale`. */
  readonly atMost?: Readonly<Record<string, number>>;
  /** `create` begins with an empty document; `fail` is `stale`. */
  readonly ifAbsent: 'create' | 'fail';
}

/**
 * The order of texts by code points; alike ones in the order of their ids, whether it ascends or descends. Those
 * without a text are last, or first when it descends.
 */
export interface Order {
  /** `['order', name]`, or `['id']`, or `['created']` or `['lastModified']` of documents that have `order`. */
  readonly path: Path;
  readonly descending: boolean;
  /** Only what is behind a document with this text and id. */
  readonly after?: { readonly text: string | null; readonly id: string };
}

/** Documents of one kind in one partition, in the order of their ids unless another is asked for. */
export interface Query extends Partition {
  readonly kind: string;
  readonly where?: Condition;
  readonly order?: Order;
  /** Only ids behind this one; in an order of texts its own `after` counts. */
  readonly after?: string;
  /** Matches to pass over first; costs what it passes over. */
  readonly offset?: number;
  readonly limit: number;
}

/** What one query yields, in its order. */
export interface Page {
  readonly documents: readonly Stored[];
  /** Whether more matches follow. */
  readonly more: boolean;
}

/** Told of every store operation, so that a request's cost can be read off. */
export interface Meter {
  /** `examined` counts documents read, whether returned or not; `requestUnits` is zero where the engine has none. */
  operation(name: StoreOperation, examined: number, requestUnits?: number): void;
}
/** What a call of the store is counted as. */
export type StoreOperation = 'read' | 'readMany' | 'commit' | 'query' | 'count' | 'due' | 'sweep' | 'drain';

/** The port to the database. All promises reject with a StoreError or, for a defect, with something else. */
export interface DocumentStore {
  /** Absence is `undefined`, also for an id that no document can have. */
  read(key: DocumentKey): Promise<Stored | undefined>;
  /** Answers in the order of the keys. */
  readMany(keys: readonly DocumentKey[]): Promise<readonly (Stored | undefined)[]>;
  /** All of the changes or, when one fails, none; at most `limits.batchChangesMax`; durable when it resolves. */
  commit(partition: Partition, changes: readonly Change[]): Promise<void>;
  query(query: Query): Promise<Page>;
  count(query: Omit<Query, 'order' | 'after' | 'offset' | 'limit'>): Promise<number>;
  /** Documents of a kind in every partition whose `due` is at or before the time, earliest first. */
  due(container: Container, kind: string, due: { before: number; limit: number }): Promise<readonly Stored[]>;
  /** Removes documents that expired before the time, where the database does not do so itself. */
  sweep(expired: { before: number; limit: number }): Promise<void>;
  /** Removes documents of a partition, up to a number; yields how many there were. */
  drain(what: Drain, limit: number): Promise<number>;
  /** The same store, which also tells `meter` of what it does. */
  metered(meter: Meter): DocumentStore;
  close(): Promise<void>;
}

/** `conflict`, `stale`: another writer was faster; `throttled`, `unavailable`: no answer at the moment. */
type StoreErrorKind = 'conflict' | 'stale' | 'throttled' | 'unavailable';

/** A failure of the store in the port's words. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  /** For `conflict` and `stale`: the position of the change that failed. */
  readonly change: number | undefined;
  /** For `throttled`: when to try again, in seconds. */
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

/** Whether another request was faster, so that looking again tells what is left to do. */
export function isLostRace(thrown: unknown): thrown is StoreError {
  return thrown instanceof StoreError && (thrown.kind === 'stale' || thrown.kind === 'conflict');
}

/** Whether the store, or a part of it, does not answer at the moment. */
export function isOutage(thrown: unknown): boolean {
  return thrown instanceof StoreError && !isLostRace(thrown);
}
