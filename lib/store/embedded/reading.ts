import type { Transaction } from 'lmdb';
import { limits } from '../../base/limits.ts';
import { Slices } from '../../base/yield-to-event-loop.ts';
import { isIdentifier } from '../change-rules.ts';
import type { DocumentKey, Stored } from '../document-store.ts';
import type { Commits } from './change-log.ts';
import { lostDocument } from './failures.ts';
import { kindPrefix } from './index-entries.ts';
import { decode } from './stored-text.ts';
import { requireOpen, type Tables } from './tables.ts';

/** The keys from `start` to before `end`, in ascending order. */
export interface KeyRange {
  readonly start: string;
  readonly end: string;
  /** The number of keys to skip. */
  readonly offset?: number;
  readonly limit?: number;
  /** Reads downwards from `start`, which is the upper bound then. */
  readonly reverse?: boolean;
  /** Leaves `start` itself out. */
  readonly exclusiveStart?: boolean;
}

/** The tables whose keys a search reads. */
export type KeyTable = 'documents' | 'equality' | 'order' | 'due' | 'commits';

interface LoadOptions {
  /** Texts that the JSON of the document has. One that lacks a needle is not decoded. */
  readonly needles?: readonly string[];
  /** True if an index or a list of keys names the document. */
  readonly isListed?: boolean;
}

/**
 * Reads one state of the store in slices, between which other requests run. The state is that of the first read. After
 * `limits.snapshotSecondsMax` it goes on with a newer one, because the file grows while an old one is in use.
 */
export class Reading {
  readonly #tables: Tables;
  /** Made when first needed, because most reads are short. */
  #slices: Slices | undefined;
  /** The state that is held across slices; the engine itself holds that of the first. */
  #snapshot: { readonly transaction: Transaction; readonly until: number } | undefined;
  #isMixed = false;
  #examined = 0;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** The number of documents that were read. */
  get examined(): number {
    return this.#examined;
  }

  /** Holds the state of the first read, so that it stays one state across the turns of the event loop. */
  hold(): void {
    this.#snapshot ??= {
      transaction: this.#open().root.useReadTransaction(),
      until: performance.now() + limits.snapshotSecondsMax * 1_000,
    };
  }

  /** Goes on with the newest state. Returns the commits of which some may not be in it yet. */
  renew(): Commits {
    const { root } = this.#open();
    this.end();
    root.resetReadTxn();
    // LMDB shows a commit to readers shortly after it counts it, and before it ends it.
    const after = Math.max(this.lastCommit() - 1, this.#tables.changes.ended);
    this.hold();
    return { after, upTo: this.lastCommit() };
  }

  /** The number of the last commit of all processes. */
  lastCommit(): number {
    const { lastTxnId } = this.#open().root.getStats() as { readonly lastTxnId: number };
    return lastTxnId;
  }

  /** Reads a document. Throws a StoreError if one that must exist is lost. */
  load(key: DocumentKey, { needles = [], isListed = false }: LoadOptions = {}): Stored | undefined {
    const text = isIdentifier(key.id)
      ? this.#open().documents.get(kindPrefix(key) + key.id, this.#snapshot)
      : undefined;
    // A newer state may lack what an older one has listed.
    if (text === undefined && isListed && !this.#isMixed) throw lostDocument();
    if (text === undefined) return undefined;
    this.#examined += 1;
    return needles.every((needle) => text.includes(needle)) ? decode(text) : undefined;
  }

  /** Reads the keys and texts of a range of documents at once, which must not be many. */
  texts(range: KeyRange): readonly { readonly key: string; readonly value: string }[] {
    const found = [
      ...this.#open().documents.getRange({ ...range, transaction: this.#snapshot?.transaction }),
    ];
    this.#examined += found.length;
    return found;
  }

  /** The columns in memory, and the changes that they may lack. */
  get memory(): Pick<Tables, 'changes' | 'columns'> {
    return this.#tables;
  }

  /** Reads the keys of a range at once, which must not be many. */
  keys(table: KeyTable, range: KeyRange): readonly string[] {
    return [...this.#open()[table].getKeys({ ...range, transaction: this.#snapshot?.transaction })];
  }

  /** Counts the keys of a range at once, which must not be many. */
  countKeys(table: KeyTable, range: KeyRange): number {
    return this.#open()[table].getKeysCount({ ...range, transaction: this.#snapshot?.transaction });
  }

  #open(): Tables {
    requireOpen(this.#tables);
    return this.#tables;
  }

  /** Tests if other requests must run before it reads on; then call `rest`. */
  isOver(): boolean {
    this.#slices ??= new Slices();
    return this.#slices.isOver();
  }

  /** Lets other requests run if the slice is over. */
  async rest(): Promise<void> {
    if (!this.isOver()) return;
    this.hold();
    await this.#slices?.next();
    if (this.#snapshot && performance.now() < this.#snapshot.until) return;
    this.end();
    this.#isMixed = true;
  }

  /** Gives the state back. */
  end(): void {
    if (!this.#tables.isClosed()) this.#snapshot?.transaction.done();
    this.#snapshot = undefined;
  }
}
