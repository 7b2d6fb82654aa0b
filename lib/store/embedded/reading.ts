import type { Transaction } from 'lmdb';
import { limits } from '../../base/limits.ts';
import { Slices } from '../../base/yield-to-event-loop.ts';
import { isIdentifier } from '../change-rules.ts';
import type { DocumentKey, Stored } from '../document-store.ts';
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
    this.#snapshot ??= {
      transaction: this.#open().root.useReadTransaction(),
      until: performance.now() + limits.snapshotSecondsMax * 1_000,
    };
    await this.#slices?.next();
    if (performance.now() < this.#snapshot.until) return;
    this.end();
    this.#isMixed = true;
  }

  /** Gives the state back. */
  end(): void {
    if (!this.#tables.isClosed()) this.#snapshot?.transaction.done();
    this.#snapshot = undefined;
  }
}
