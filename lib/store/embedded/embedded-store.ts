import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { limits } from '../../base/limits.ts';
import { copiedWithin, isIdentifier, jsonWithin } from '../change-rules.ts';
import {
  type Change,
  type Container,
  type Document,
  type DocumentKey,
  type DocumentStore,
  type Drain,
  type Meter,
  type Page,
  type Partition,
  type Query,
  type Stored,
  StoreError,
  type StoreOperation,
} from '../document-store.ts';
import { indexesFingerprint } from '../indexes.ts';
import { checkDataFile, keepToOwner } from './data-folder.ts';
import {
  documentKey,
  dueRange,
  dueTarget,
  expiryRange,
  expiryTarget,
  indexKeys,
  kindPrefix,
  partitionPrefix,
  targetOf,
} from './index-entries.ts';
import { countMatches, type Load, queryPage, rangeOf } from './search.ts';
import { stageChanges, type Write } from './stage-changes.ts';

type Texts = Database<string, string>;

interface Tables {
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

/** The folder, and the size of a document in bytes, by default `limits.documentBytesMax`. */
type EmbeddedOptions = { readonly path: string; readonly documentBytesMax?: number };

/**
 * Opens the store of one machine in a folder, which several processes may share. For `:memory:` it opens a temporary
 * folder, which is removed on close.
 *
 * Throws StoreError `unavailable` if the folder cannot be opened.
 */
export function openEmbeddedStore({ path, ...bounds }: EmbeddedOptions): DocumentStore {
  if (path !== ':memory:') return new EmbeddedStore(openTables(path, bounds), []);
  const folder = mkdtempSync(join(tmpdir(), 'muster-'));
  const tables = openTables(folder, { ...bounds, noSync: true });
  const close = async () => {
    await tables.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return new EmbeddedStore({ ...tables, close }, []);
}

function openTables(
  folder: string,
  { documentBytesMax = limits.documentBytesMax, noSync }: Partial<EmbeddedOptions> & { noSync?: boolean },
): Tables {
  try {
    checkDataFile(join(folder, 'data.mdb'));
    // Without overlapping sync, readers see a commit, and the writer gets its answer, only once it is on the disk.
    const root = open<string, string>(folder, { noSubdir: false, overlappingSync: false, noSync });
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
    const advice = 'name a folder that this process may write to, or restore its files from a copy';
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

function decode(text: string): Stored {
  const [version, document]: [number, Document] = JSON.parse(text);
  return { document, version: String(version) };
}

class EmbeddedStore implements DocumentStore {
  readonly #tables: Tables;
  readonly #meters: readonly Meter[];

  constructor(tables: Tables, meters: readonly Meter[]) {
    this.#tables = tables;
    this.#meters = meters;
  }

  read(key: DocumentKey): Promise<Stored | undefined> {
    return this.#answer('read', (load) => load(key));
  }

  readMany(keys: readonly DocumentKey[]): Promise<readonly (Stored | undefined)[]> {
    return this.#answer('readMany', (load) => keys.map((key) => load(key)));
  }

  commit(partition: Partition, changes: readonly Change[]): Promise<void> {
    return this.#answer('commit', () => {
      const copies = copiedWithin(this.#tables.documentBytesMax, changes);
      return commitBatch(this.#tables, () => writeBatch(this.#tables, partition, copies));
    });
  }

  query(query: Query): Promise<Page> {
    return this.#answer('query', (load) => queryPage(this.#tables, query, load));
  }

  count(query: Omit<Query, 'order' | 'after' | 'offset' | 'limit'>): Promise<number> {
    return this.#answer('count', (load) => {
      const { where } = query;
      return where
        ? countMatches(this.#tables, { ...query, where }, load)
        : this.#tables.documents.getKeysCount(rangeOf(kindPrefix(query)));
    });
  }

  due(
    container: Container,
    kind: string,
    { before, limit }: { before: number; limit: number },
  ): Promise<readonly Stored[]> {
    return this.#answer('due', (load) => {
      const keys = this.#tables.due.getKeys({ ...dueRange(container, kind, before), limit });
      return [...keys].flatMap((key) => load(dueTarget(key)) ?? []);
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

  /** Reads within one turn of the event loop, so that the answer shows one state of the store. Calls the meters. */
  async #answer<T>(operation: StoreOperation, work: (load: Load) => T | Promise<T>): Promise<T> {
    let examined = 0;
    const load: Load = (key, needles = []) => {
      const text = readText(this.#tables, key);
      if (text === undefined) return undefined;
      examined += 1;
      return needles.every((needle) => text.includes(needle)) ? decode(text) : undefined;
    };
    try {
      if (this.#tables.isClosed()) throw new Error('The store is closed');
      return await work(load);
    } catch (thrown) {
      throw await toStoreError(thrown);
    } finally {
      for (const meter of this.#meters) meter.operation(operation, examined);
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

function writeEntries(
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

/** Converts a failure of the database or the disk to StoreError `unavailable`. Any other error stays as it is. */
async function toStoreError(thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof Error) || thrown instanceof StoreError) return thrown;
  if ('commitError' in thrown) {
    const cause = await Promise.resolve(thrown.commitError).catch((reason: unknown) => reason);
    return new StoreError('unavailable', { cause });
  }
  const isDatabaseError = 'code' in thrown && typeof thrown.code === 'number';
  return isDatabaseError ? new StoreError('unavailable', { cause: thrown }) : thrown;
}
