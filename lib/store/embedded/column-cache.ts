import { LRUCache } from 'lru-cache';
import { limits } from '../../base/limits.ts';
import type { Path } from '../../scim/filter/condition.ts';
import { type Columns, ColumnsBuilder, nameOf } from './columns.ts';

/** Time after which columns that were too large are tried again. The directory may have shrunk. */
const retryMilliseconds = 600_000;

/** Keeps columns in memory, by the prefix of their kind. Those that were used least recently make room for others. */
export class ColumnCache {
  readonly #columns = new LRUCache<string, Columns>({
    maxSize: limits.columnBytesMax,
    sizeCalculation: ({ bytes }) => bytes,
  });
  readonly #tooLarge = new LRUCache<string, true>({ max: 1_000, ttl: retryMilliseconds });

  /** The columns of a kind; `undefined` if one of the paths has none. */
  find(prefix: string, paths: readonly Path[]): Columns | undefined {
    const found = this.#columns.get(prefix);
    const names = new Set(found?.columns.map(({ path }) => nameOf(path)));
    return paths.every((path) => names.has(nameOf(path))) ? found : undefined;
  }

  /** Begins to collect columns of these paths and of those before; `undefined` if they were too large lately. */
  begin(prefix: string, paths: readonly Path[]): ColumnsBuilder | undefined {
    const others = this.#columns.peek(prefix)?.columns.map(({ path }) => path) ?? [];
    const distinct = new Map([...paths, ...others].map((path) => [nameOf(path), path]));
    const wanted = [...distinct.values()].slice(0, Math.max(limits.columnsMax, paths.length));
    return [wanted, paths]
      .map((some) => new ColumnsBuilder(some))
      .find((one) => !this.#wasTooLarge(prefix, one));
  }

  keep(prefix: string, columns: Columns): void {
    this.#columns.set(prefix, columns);
  }

  /** Remembers that columns of these paths are too large. */
  refuse(prefix: string, builder: ColumnsBuilder): void {
    this.#tooLarge.set(refusalOf(prefix, builder), true);
  }

  #wasTooLarge(prefix: string, builder: ColumnsBuilder): boolean {
    return this.#tooLarge.has(refusalOf(prefix, builder));
  }
}

function refusalOf(prefix: string, { paths }: ColumnsBuilder): string {
  return prefix + JSON.stringify(paths.map(nameOf).sort());
}
