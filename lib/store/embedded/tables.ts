import type { Database, RootDatabase } from 'lmdb';
import type { ChangeLog } from './change-log.ts';
import type { ColumnCache } from './column-cache.ts';

/** A table of sorted texts by keys. */
export type Texts = Database<string, string>;

/** The tables of a data folder. */
export interface Tables {
  readonly root: RootDatabase<string, string>;
  /** `[version, document]` as JSON, by container, tenant, kind and id. */
  readonly documents: Texts;
  /** Empty texts, by container, tenant, kind, path, value and id. */
  readonly equality: Texts;
  /** Empty texts, by container, kind, time, tenant and id. */
  readonly due: Texts;
  /** Empty texts, by time, container, tenant, kind and id. */
  readonly expiry: Texts;
  /** Empty texts, by container, tenant, kind, path, text and id, of the orders that `state` lists. */
  readonly order: Texts;
  /** Empty texts, by container, commit, tenant, kind and id, of the kinds that are followed. */
  readonly commits: Texts;
  /**
   * The format, the indexes that are built, the orders by which tenants have sorted, the number of openings, and that
   * of the last commit of a container whose key is removed.
   */
  readonly state: Texts;
  /** The documents that this process has written lately. */
  readonly changes: ChangeLog;
  readonly columns: ColumnCache;
  /** Gives the version of the documents of one commit. */
  readonly nextVersion: () => string;
  readonly documentBytesMax: number;
  readonly close: () => Promise<void>;
  readonly isClosed: () => boolean;
}

/** Throws an Error once the tables are closed. A read of closed tables would end the process. */
export function requireOpen({ isClosed }: Tables): void {
  if (isClosed()) throw new Error('The store is closed');
}
