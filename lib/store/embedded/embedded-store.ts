import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../base/limits.ts';
import { copiedWithin, isIdentifier, jsonWithin } from '../change-rules.ts';
import type {
  Change,
  Container,
  Document,
  DocumentKey,
  DocumentStore,
  Drain,
  Meter,
  Page,
  Partition,
  Query,
  Stored,
  StoreOperation,
} from '../document-store.ts';
import { writeCheck } from '../store-until.ts';
import { isAborted, toStoreError } from './failures.ts';
import { rangeOf } from './ids.ts';
import {
  documentKey,
  dueRange,
  dueTarget,
  expiryRange,
  expiryTarget,
  kindPrefix,
  partitionPrefix,
  targetOf,
} from './index-entries.ts';
import { Reading } from './reading.ts';
import { countKeys, countMatches, queryPage } from './search.ts';
import { stageChanges } from './stage-changes.ts';
import { decode, openTables, type Tables, writeEntries } from './tables.ts';

/** The folder, and the size of a document in bytes, by default `limits.documentBytesMax`. */
type EmbeddedOptions = { readonly path: string; readonly documentBytesMax?: number };

/**
 * Opens the store of one machine in a folder, which several processes may share. For `:memory:` it opens a temporary
 * folder, whose files have no name once they are open.
 *
 * Throws StoreError `unavailable` if the folder cannot be opened.
 */
export function openEmbeddedStore({ path, ...bounds }: EmbeddedOptions): DocumentStore {
  if (path !== ':memory:') return new EmbeddedStore(openTables(path, bounds), []);
  const folder = mkdtempSync(join(tmpdir(), 'muster-'));
  const tables = openTables(folder, { ...bounds, noSync: true });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Open files outlive their names, so that nothing is left even if this process is killed.
  if (process.platform !== 'win32') remove();
  return new EmbeddedStore({ ...tables, close: () => tables.close().then(remove) }, []);
}

class EmbeddedStore implements DocumentStore {
  readonly #tables: Tables;
  readonly #meters: readonly Meter[];

  constructor(tables: Tables, meters: readonly Meter[]) {
    this.#tables = tables;
    this.#meters = meters;
  }

  read(key: DocumentKey): Promise<Stored | undefined> {
    return this.#answer('read', (reading) => reading.load(key));
  }

  readMany(keys: readonly DocumentKey[]): Promise<readonly (Stored | undefined)[]> {
    return this.#answer('readMany', async (reading) => {
      const found: (Stored | undefined)[] = [];
      for (const key of keys) {
        if (reading.isOver()) await reading.rest();
        found.push(reading.load(key));
      }
      return found;
    });
  }

  commit(partition: Partition, changes: readonly Change[]): Promise<void> {
    return this.#answer('commit', () => {
      const copies = copiedWithin(this.#tables.documentBytesMax, changes);
      const check = writeCheck();
      return commitBatch(this.#tables, () => {
        check();
        writeBatch(this.#tables, partition, copies);
      });
    });
  }

  query(query: Query): Promise<Page> {
    return this.#answer('query', (reading) => queryPage(reading, query));
  }

  count(query: Omit<Query, 'order' | 'after' | 'offset' | 'limit'>): Promise<number> {
    return this.#answer('count', (reading) => {
      const { where } = query;
      return where
        ? countMatches(reading, { ...query, where })
        : countKeys(reading, { table: 'documents', prefix: kindPrefix(query) });
    });
  }

  due(
    container: Container,
    kind: string,
    { before, limit }: { before: number; limit: number },
  ): Promise<readonly Stored[]> {
    return this.#answer('due', async (reading) => {
      const found: Stored[] = [];
      for (const key of reading.keys('due', { ...dueRange(container, kind, before), limit })) {
        if (reading.isOver()) await reading.rest();
        const stored = reading.load(dueTarget(key), { isListed: true });
        if (stored) found.push(stored);
      }
      return found;
    });
  }

  sweep({ before, limit }: { before: number; limit: number }): Promise<void> {
    return this.#answer('sweep', async () => {
      const expired = [...this.#tables.expiry.getKeys({ ...expiryRange(before), limit })].map(expiryTarget);
      await commitBatch(this.#tables, () => {
        // Another process may have extended its lifetime in the meantime.
        const isExpired = ({ expires = before }: Document) => expires < before;
        for (const key of expired) removeDocument(this.#tables, key, isExpired);
      });
    });
  }

  drain({ except, ...partition }: Drain, limit: number): Promise<number> {
    return this.#answer('drain', async () => {
      const all = this.#tables.documents.getKeys(rangeOf(partitionPrefix(partition))).map(targetOf);
      const keys = [...all.filter(({ kind }) => kind !== except).slice(0, limit)];
      await commitBatch(this.#tables, () => {
        for (const key of keys) removeDocument(this.#tables, key, () => true);
      });
      return keys.length;
    });
  }

  metered(meter: Meter): DocumentStore {
    return new EmbeddedStore(this.#tables, [...this.#meters, meter]);
  }

  close(): Promise<void> {
    return this.#tables.close();
  }

  /** Calls the meters. The reads of `work` show one state of the store. */
  async #answer<T>(operation: StoreOperation, work: (reading: Reading) => T | Promise<T>): Promise<T> {
    let examined = 0;
    const read = async () => {
      const reading = new Reading(this.#tables);
      try {
        return await work(reading);
      } finally {
        examined += reading.examined;
        reading.end();
      }
    };
    let failure: unknown;
    try {
      return await this.#repeat(read);
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      for (const meter of this.#meters) {
        meter.operation?.(operation, examined);
        meter.outcome?.(operation, failure);
      }
    }
  }

  /** Does the work again if LMDB has aborted its transaction, at most `limits.storeTriesMax` times in all. */
  async #repeat<T>(work: () => T | Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        if (this.#tables.isClosed()) throw new Error('The store is closed');
        return await work();
      } catch (thrown) {
        const error = await toStoreError(thrown);
        if (!isAborted(error) || tries === limits.storeTriesMax) throw error;
        this.#tables.root.resetReadTxn();
      }
    }
  }
}

/** The stored text of a document; `undefined` if it is absent, also for an id that no document can have. */
function readText({ documents }: Tables, key: DocumentKey): string | undefined {
  const prefix = kindPrefix(key);
  return isIdentifier(key.id) ? documents.get(prefix + key.id) : undefined;
}

/** Commits a write. It handles the engine's own promise for the turn, whose rejection would end the process. */
function commitBatch({ root }: Tables, write: () => void): Promise<void> {
  const committed = root.transaction(write);
  setImmediate(() => {
    Promise.resolve(root.committed).catch(() => undefined);
  });
  return committed;
}

function writeBatch(tables: Tables, partition: Partition, changes: readonly Change[]): void {
  const { documents, state } = tables;
  const version = Number(state.get('version') ?? 0) + 1;
  const read = (kind: string, id: string) => {
    const text = readText(tables, { ...partition, kind, id });
    return text === undefined ? undefined : decode(text);
  };
  const staged = stageChanges(partition, changes, read);
  const writes = staged.map((write) => ({
    ...write,
    json: jsonWithin(tables.documentBytesMax, write.after),
  }));

  // An error above leaves no trace. Below, only the database itself can fail, which aborts the commit.
  state.putSync('version', String(version));
  for (const write of writes) {
    const key = documentKey({ ...partition, ...write });
    if (write.json) documents.putSync(key, `[${version},${write.json}]`);
    else documents.removeSync(key);
    writeEntries(tables, partition.container, write);
  }
}

function removeDocument(tables: Tables, key: DocumentKey, isMeant: (document: Document) => boolean): void {
  const text = readText(tables, key);
  const document = text === undefined ? undefined : decode(text).document;
  if (!document || !isMeant(document)) return;
  tables.documents.removeSync(documentKey(key));
  writeEntries(tables, key.container, { before: document, after: undefined });
}
