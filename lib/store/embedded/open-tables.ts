import { join } from 'node:path';
import { open } from 'lmdb';
import { limits } from '../../base/limits.ts';
import { isDiskFailure } from '../disk-failure.ts';
import { StoreError } from '../document-store.ts';
import { ChangeLog } from './change-log.ts';
import { ColumnCache } from './column-cache.ts';
import { checkDataFile, keepToOwner, requireSpace } from './data-folder.ts';
import { NewerFormatError, type Rebuilding, requireFormat } from './format.ts';
import type { Tables, Texts } from './tables.ts';
import { openVersions } from './versions.ts';

/** `documentBytesMax`: the size of a document in bytes, by default `limits.documentBytesMax`. */
interface TableOptions extends Rebuilding {
  readonly documentBytesMax?: number;
  /** True if commits need not be on the disk when they are answered. */
  readonly noSync?: boolean;
}

/** Opens the tables of a folder, and builds indexes of another version again. Throws StoreError `unavailable`. */
export function openTables(
  folder: string,
  { documentBytesMax = limits.documentBytesMax, noSync, onRebuild }: TableOptions,
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
      commits: table('commits'),
      state: table('state'),
      changes: new ChangeLog(),
      columns: new ColumnCache(),
      documentBytesMax,
      close: () => {
        closed ??= root.close();
        return closed;
      },
      isClosed: () => closed !== undefined,
    };
    requireFormat(tables, { onRebuild });
    return { ...tables, nextVersion: openVersions(tables) };
  } catch (cause) {
    const reason = new Error(`Cannot open the data folder "${folder}": ${adviceFor(cause)}`, { cause });
    throw new StoreError('unavailable', { cause: reason });
  }
}

function adviceFor(cause: unknown): string {
  if (cause instanceof NewerFormatError) return cause.message;
  return isDiskFailure(cause)
    ? 'check whether its disk is full or damaged'
    : 'name a folder that this process may write to, or restore its files from a copy';
}
