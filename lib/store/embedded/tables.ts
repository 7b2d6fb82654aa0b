import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { limits } from '../../base/limits.ts';
import { isDiskFailure } from '../disk-failure.ts';
import { type Container, type Document, type Stored, StoreError } from '../document-store.ts';
import { indexesFingerprint } from '../indexes.ts';
import { checkDataFile, keepToOwner, requireSpace } from './data-folder.ts';
import { lostDocument } from './failures.ts';
import { indexKeys } from './index-entries.ts';
import type { Write } from './stage-changes.ts';

type Texts = Database<string, string>;

/** The tables of a data folder. */
export interface Tables {
  readonly root: RootDatabase<string, string>;
  /** `[version, document]` as JSON, by container, tenant, kind and id. */
  readonly documents: Texts;
  /** Empty texts, by container, tenant, kind, hash of path and value, and id. */
  readonly equality: Texts;
  /** Empty texts, by container, kind, time, tenant and id. */
  readonly due: Texts;
  /** Empty texts, by time, container, tenant, kind and id. */
  readonly expiry: Texts;
  /** Empty texts, by container, tenant, kind, path, text and id. */
  readonly order: Texts;
  /** `version`: the number of the last commit. `indexes`: the fingerprint of the indexes that are built. */
  readonly state: Texts;
  readonly documentBytesMax: number;
  readonly close: () => Promise<void>;
  readonly isClosed: () => boolean;
}

/** `documentBytesMax`: the size of a document in bytes, by default `limits.documentBytesMax`. */
interface TableOptions {
  readonly documentBytesMax?: number;
  /** True if commits need not be on the disk when they are answered. */
  readonly noSync?: boolean;
}

/** Opens the tables of a folder, and builds the indexes if they are new. Throws StoreError `unavailable`. */
export function openTables(
  folder: string,
  { documentBytesMax = limits.documentBytesMax, noSync }: TableOptions,
): Tables {
  try {
    checkDataFile(join(folder, 'data.mdb'));
    requireSpace(folder);
    // Without overlapping sync, readers see a commit, and the writer gets its answer, only once it is on the disk.
    const root = open<string, string>(folder, {
      noSubdir: false,
      overlappingSync: false,
      noSync,
      maxReaders: limits.snapshotsMax,
    });
    keepToOwner(folder);
    const table = (name: string): Texts => root.openDB<string, string>(name, { encoding: 'string' });
    let closed: Promise<void> | undefined;
    const tables = {
      root,
      documents: table('documents'),
      equality: table('equality'),
      due: table('due'),
      expiry: table('expiry'),
      order: table('order'),
      state: table('state'),
      documentBytesMax,
      close: () => {
        closed ??= root.close();
        return closed;
      },
      isClosed: () => closed !== undefined,
    };
    if (tables.state.get('indexes') !== indexesFingerprint) buildIndexes(tables);
    return tables;
  } catch (cause) {
    const advice = isDiskFailure(cause)
      ? 'check whether its disk is full or damaged'
      : 'name a folder that this process may write to, or restore its files from a copy';
    const reason = new Error(`Cannot open the data folder "${folder}": ${advice}`, { cause });
    throw new StoreError('unavailable', { cause: reason });
  }
}

const indexNames = ['equality', 'due', 'expiry', 'order'] as const;

function buildIndexes(tables: Tables): void {
  tables.root.transactionSync(() => {
    for (const name of indexNames) tables[name].clearSync();
    for (const { key, value } of tables.documents.getRange()) {
      const after = decode(value).document;
      const container = key.slice(0, key.indexOf('/')) as Container;
      writeEntries(tables, container, { before: undefined, after });
    }
    tables.state.putSync('indexes', indexesFingerprint);
  });
}

/** Reads a stored text. Throws StoreError `unavailable` if it is damaged. */
export function decode(text: string): Stored {
  try {
    const [version, document]: [number, Document] = JSON.parse(text);
    return { document, version: String(version) };
  } catch (cause) {
    throw lostDocument(cause);
  }
}

/** Writes the index entries of a document that changes from `before` to `after`. */
export function writeEntries(
  tables: Tables,
  container: Container,
  { before, after }: Pick<Write, 'before' | 'after'>,
): void {
  for (const name of indexNames) {
    const old = before ? indexKeys[name](container, before) : new Set<string>();
    const current = after ? indexKeys[name](container, after) : new Set<string>();
    for (const key of old) if (!current.has(key)) tables[name].removeSync(key);
    for (const key of current) if (!old.has(key)) tables[name].putSync(key, '');
  }
}
