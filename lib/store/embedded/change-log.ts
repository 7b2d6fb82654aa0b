import { limits } from '../../base/limits.ts';

/** The commits after the one with the number `after`, up to and with `upTo`. LMDB counts the commits of a folder. */
export interface Commits {
  readonly after: number;
  readonly upTo: number;
}

interface Commit {
  readonly number: number;
  isDone: boolean;
  /** The ids of the documents that it writes, by the prefix of their kind. */
  readonly ids: Map<string, Set<string>>;
}

/**
 * Remembers the documents that the last commits of this process have written, so that a copy in memory can follow. It
 * knows nothing of the commits of other processes, and says so.
 */
export class ChangeLog {
  /** Commits without a gap between their numbers. */
  #commits: Commit[] = [];
  #size = 0;
  #ended = 0;

  /** The number of the last commit of this process that LMDB has written. */
  get ended(): number {
    return this.#ended;
  }

  /** Begins a commit, or goes on with one that several writes share. */
  begin(number: number): void {
    const last = this.#commits.at(-1);
    if (last?.number === number) return;
    if (last && last.number + 1 !== number) this.#keep(0);
    this.#commits.push({ number, isDone: false, ids: new Map() });
    this.#size += 1;
    if (this.#size > limits.changesRememberedMax) this.#keep(limits.changesRememberedMax / 2);
  }

  /** Notes a document that the begun commit writes. */
  note(prefix: string, id: string): void {
    const ids = this.#commits.at(-1)?.ids;
    const ofKind = ids?.get(prefix) ?? new Set();
    ids?.set(prefix, ofKind.add(id));
    this.#size += 1;
  }

  /** Ends a commit that LMDB has written. Until then its number may become that of another process's commit. */
  end(number: number): void {
    const commit = this.#commits[number - (this.#commits[0]?.number ?? 0)];
    if (commit) commit.isDone = true;
    this.#ended = Math.max(this.#ended, number);
  }

  /** The ids of the documents that some commits have written; `undefined` if it does not know all of the commits. */
  changed(prefix: string, { after, upTo }: Commits): ReadonlySet<string> | undefined {
    const ids = new Set<string>();
    const first = this.#commits[0]?.number ?? 0;
    for (let number = after + 1; number <= upTo; number += 1) {
      const commit = this.#commits[number - first];
      if (!commit?.isDone) return undefined;
      for (const id of commit.ids.get(prefix) ?? []) ids.add(id);
    }
    return ids;
  }

  /** Forgets the oldest commits until the others have at most this size. */
  #keep(size: number): void {
    let first = 0;
    for (; this.#size > size && first < this.#commits.length; first += 1) {
      this.#size -= 1;
      for (const ids of this.#commits[first]?.ids.values() ?? []) this.#size -= ids.size;
    }
    this.#commits = this.#commits.slice(first);
  }
}
