import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../base/limits.ts';
import { isIdentifier } from '../change-rules.ts';
import type {
  Change,
  Container,
  Document,
  DocumentKey,
  DocumentStore,
  Drain,
  DueRange,
  FollowPage,
  FollowStart,
  Meter,
  Page,
  Partition,
  Query,
  Stored,
  StoreOperation,
  WriteCheck,
} from '../document-store.ts';
import { followedKind, hasResources } from '../indexes.ts';
import { commitBatch } from './commit-batch.ts';
import { isAborted, toStoreError } from './failures.ts';
import { followedKeys, nextCommit } from './follow.ts';
import type { Rebuilding } from './format.ts';
import { keysInRuns, rangeOf } from './ids.ts';
import {
  documentKey,
  dueRange,
  dueTarget,
  dueTime,
  expiryRange,
  expiryTarget,
  kindPrefix,
  partitionPrefix,
  targetOf,
} from './index-entries.ts';
import { openTables } from './open-tables.ts';
import { buildOrder, forgetOrders, isOrderBuilt } from './orders.ts';
import { Reading } from './reading.ts';
import { countKeys, countMatches, queryPage } from './search.ts';
import { type Batch, draftBatch, stageChanges } from './stage-changes.ts';
import { encode, StoredText } from './stored-text.ts';
import { requireOpen, type Tables } from './tables.ts';
import { changedEntries, writeEntries } from './write-entries.ts';

/** The folder, and the size of a document in bytes, by default `limits.documentBytesMax`. */
type EmbeddedOptions = { readonly path: string; readonly documentBytesMax?: number } & Rebuilding;

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
    return this.#answer('readMany', (reading) => loadEach(reading, keys));
  }

  commit(partition: Partition, changes: readonly Change[], check?: WriteCheck): Promise<void> {
    return this.#answer('commit', () => {
      const batch = draftBatch(partition, changes, this.#tables.documentBytesMax);
      return commitBatch(this.#tables, () => {
        check?.();
        writeBatch(this.#tables, batch);
      });
    });
  }

  query(query: Query): Promise<Page> {
    return this.#answer('query', (reading) => this.#page(reading, query));
  }

  count(query: Omit<Query, 'order' | 'after' | 'offset' | 'limit'>): Promise<number> {
    return this.#answer('count', (reading) => {
      const { where } = query;
      return where
        ? countMatches(reading, { ...query, where })
        : countKeys(reading, { table: 'documents', prefix: kindPrefix(query) });
    });
  }

  due(container: Container, kinds: readonly string[], range: DueRange): Promise<readonly Stored[]> {
    return this.#answer('due', async (reading) => {
      const { limit } = range;
      const keys: string[] = [];
      for (const kind of kinds) keys.push(...(await dueKeysIn(reading, { container, kind }, range)));
      const earliest = keys.toSorted((a, b) => dueTime(a) - dueTime(b)).slice(0, limit);
      const found = await loadEach(reading, earliest.map(dueTarget), { isListed: true });
      return found.filter((stored) => stored !== undefined);
    });
  }

  follow(container: Container, start: FollowStart, limit: number): Promise<FollowPage | undefined> {
    return this.#answer('follow', async (reading) => {
      const page = await followedKeys(this.#tables, reading, { container, start, limit });
      if (!page) return undefined;
      const { keys, ...rest } = page;
      const found = await loadEach(reading, keys, { isListed: true });
      return { ...rest, documents: found.filter((stored) => stored !== undefined) };
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
        if (isEmpty(this.#tables, partition)) forgetOrders(this.#tables, partition);
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

  /** Reads a page. It first builds the index of the order if the page needs it and there is none. */
  async #page(reading: Reading, query: Query): Promise<Page> {
    const { order } = query;
    const page = await queryPage(reading, query, !order || isOrderBuilt(this.#tables, query, order));
    if (page || !order) return page ?? { documents: [], more: false };
    await buildOrder(this.#tables, query, order);
    reading.renew();
    return this.#page(reading, query);
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
        requireOpen(this.#tables);
        return await work();
      } catch (thrown) {
        const error = await toStoreError(thrown);
        if (!isAborted(error) || tries === limits.storeTriesMax) throw error;
        this.#tables.root.resetReadTxn();
      }
    }
  }
}

/** The first keys of a kind that are due, those of other tenants left out in slices. */
async function dueKeysIn(
  reading: Reading,
  { container, kind }: { container: Container; kind: string },
  { before, limit, tenantId }: DueRange,
): Promise<readonly string[]> {
  const range = dueRange(container, kind, before);
  if (tenantId === undefined) return reading.keys('due', { ...range, limit });
  const found: string[] = [];
  for (const key of keysInRuns(reading, 'due', range)) {
    if (reading.isOver()) await reading.rest();
    if (dueTarget(key).tenantId === tenantId) found.push(key);
    if (found.length === limit) break;
  }
  return found;
}

/** Reads documents in slices, in the order of their keys. A newer state may lack some that an older one has listed. */
async function loadEach(
  reading: Reading,
  keys: readonly DocumentKey[],
  options?: { readonly isListed: boolean },
): Promise<readonly (Stored | undefined)[]> {
  const found: (Stored | undefined)[] = [];
  for (const key of keys) {
    if (reading.isOver()) await reading.rest();
    found.push(reading.load(key, options));
  }
  return found;
}

/** The stored text of a document; `undefined` if it is absent, also for an id that no document can have. */
function readText({ documents }: Tables, key: DocumentKey): string | undefined {
  const prefix = kindPrefix(key);
  return isIdentifier(key.id) ? documents.get(prefix + key.id) : undefined;
}

function writeBatch(tables: Tables, batch: Batch): void {
  const { container } = batch.partition;
  const version = followedKind(container) ? nextCommit(tables, container) : tables.nextVersion();
  const writes = stageChanges(batch, (kind, id) => {
    const text = readText(tables, { ...batch.partition, kind, id });
    return text === undefined ? undefined : new StoredText(text);
  }).map((write) => ({ ...write, entries: changedEntries(tables, { ...batch.partition, version }, write) }));

  // An error above leaves no trace. Below, only the database itself can fail, which aborts the commit.
  for (const { after, entries, ...named } of writes) {
    const key = documentKey({ ...batch.partition, ...named });
    if (after) tables.documents.putSync(key, encode(version, after.json));
    else tables.documents.removeSync(key);
    writeEntries(tables, container, entries);
    noteChange(tables, { ...batch.partition, ...named });
  }
}

function removeDocument(tables: Tables, key: DocumentKey, isMeant: (document: Document) => boolean): void {
  const text = readText(tables, key);
  const before = text === undefined ? undefined : new StoredText(text);
  if (!before || !isMeant(before.document)) return;
  const entries = changedEntries(tables, { ...key, version: '' }, { ...key, before, after: undefined });
  tables.documents.removeSync(documentKey(key));
  writeEntries(tables, key.container, entries);
  noteChange(tables, key);
}

function noteChange({ changes }: Tables, key: DocumentKey): void {
  if (hasResources(key.kind)) changes.note(kindPrefix(key), key.id);
}

function isEmpty({ documents }: Tables, partition: Partition): boolean {
  const [first] = documents.getKeys({ ...rangeOf(partitionPrefix(partition)), limit: 1 });
  return first === undefined;
}
