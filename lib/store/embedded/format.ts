import { indexesFingerprint } from '../indexes.ts';
import { commitKeys } from './follow.ts';
import { indexKeysOf, indexNames, targetOf } from './index-entries.ts';
import { forgetAllOrders } from './orders.ts';
import { StoredText } from './stored-text.ts';
import type { Tables } from './tables.ts';

/** The format that this version of Muster writes. Version 0.2.0 has written none, which counts as 1. */
const format = 2;
/** Changes with the format and the indexes. A version of Muster that finds another text builds its own indexes. */
const fingerprint = `${format} ${indexesFingerprint}`;
const documentsPerReport = 10_000;

/** Called at the start with the documents whose index entries are built again so far, and with their total. */
export interface Rebuilding {
  readonly onRebuild?: ((done: number, total: number) => void) | undefined;
}

type FormatTables = Omit<Tables, 'nextVersion'>;

/** The folder was written by a version of Muster with a later format. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
}

/**
 * Builds the indexes of a folder again if another version of Muster has written them, in one commit: a process that
 * ends before leaves the folder as it was. Throws a NewerFormatError for a later format.
 */
export function requireFormat(tables: FormatTables, { onRebuild }: Rebuilding): void {
  const { state, root } = tables;
  const found = Number(state.get('format') ?? 1);
  if (found > format) {
    throw new NewerFormatError(
      `a later version of Muster has written it (format ${found}, and this version knows ${format}): ` +
        'start that version, or restore the folder from a copy made before',
    );
  }
  if (state.get('indexes') === fingerprint) return;
  root.transactionSync(() => {
    // Another process may have built them while this one has waited for its turn.
    if (state.get('indexes') === fingerprint) return;
    rebuild(tables, onRebuild);
    state.putSync('format', String(format));
    state.putSync('indexes', fingerprint);
  });
}

function rebuild(tables: FormatTables, onRebuild: Rebuilding['onRebuild']): void {
  for (const name of indexNames) tables[name].clearSync();
  tables.commits.clearSync();
  forgetAllOrders(tables);
  const total = tables.documents.getKeysCount();
  let done = 0;
  for (const { key, value } of tables.documents.getRange()) {
    if (done % documentsPerReport === 0) onRebuild?.(done, total);
    const { document, version } = new StoredText(value);
    const target = targetOf(key);
    const keys = indexKeysOf(target.container, document);
    for (const name of indexNames) for (const entry of keys[name]) tables[name].putSync(entry, '');
    for (const entry of commitKeys(target, version)) tables.commits.putSync(entry, '');
    done += 1;
  }
  if (total > 0) onRebuild?.(done, total);
}
