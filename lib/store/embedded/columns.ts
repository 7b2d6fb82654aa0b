import { limits } from '../../base/limits.ts';
import type { Condition, Path } from '../../scim/filter/condition.ts';
import { matches, valueAt } from '../../scim/filter/matches.ts';
import type { Document } from '../document-store.ts';
import type { Commits } from './change-log.ts';
import { needlesOf } from './needles.ts';

/** The values of all documents of a kind at one path, each as JSON. Equal values are kept once. */
interface Column {
  readonly path: Path;
  /** The different values. The first one stands for the documents without a value. */
  readonly texts: readonly string[];
  /** For each document the place of its value in `texts`. */
  readonly places: Uint32Array;
}

/** A copy of what searches look at, of all documents of one kind and tenant. It never changes. */
export interface Columns {
  /** In ascending order. */
  readonly ids: readonly string[];
  readonly columns: readonly Column[];
  readonly bytes: number;
  /** Each document is as one of these commits has left it, or as it was before them. */
  readonly commits: Commits;
}

/** Bytes of an id and its place in a list; bytes of a text beside its characters. */
const bytesOfId = 80;
const bytesOfText = 48;
const absent = '';

/** Collects the columns of documents in the order of their ids. */
export class ColumnsBuilder {
  readonly paths: readonly Path[];
  readonly #ids: string[] = [];
  readonly #columns: readonly { readonly known: Map<string, number>; readonly places: number[] }[];
  #bytes = 0;

  constructor(paths: readonly Path[]) {
    this.paths = paths;
    this.#columns = paths.map(() => ({ known: new Map([[absent, 0]]), places: [] }));
  }

  /** True if the columns need more memory than one kind of a tenant may have. */
  get isTooLarge(): boolean {
    return this.#bytes > limits.columnBytesMax / 2;
  }

  add(document: Document): void {
    this.addTexts(
      document.id,
      this.paths.map((path) => {
        const value = valueAt(document, path);
        return value === undefined ? absent : JSON.stringify(value);
      }),
    );
  }

  /** `texts`: the value of each path as JSON. */
  addTexts(id: string, texts: readonly string[]): void {
    if (this.isTooLarge) return;
    this.#ids.push(id);
    this.#bytes += bytesOfId + 8 * texts.length;
    for (const [number, { known, places }] of this.#columns.entries()) {
      const text = texts[number] ?? absent;
      let place = known.get(text);
      if (place === undefined) {
        place = known.size;
        known.set(text, place);
        this.#bytes += bytesOfText + 2 * text.length;
      }
      places.push(place);
    }
  }

  build(commits: Commits): Columns {
    const columns = this.#columns.map(({ known, places }, number) => ({
      path: this.paths[number] ?? [],
      texts: [...known.keys()],
      places: Uint32Array.from(places),
    }));
    return { ids: this.#ids, columns, bytes: this.#bytes + 1, commits };
  }
}

/** The texts of one document in its columns. */
export function textsOf({ columns }: Columns, row: number): readonly string[] {
  return columns.map(({ texts, places }) => texts[places[row] ?? 0] ?? absent);
}

/** The name of a path. */
export const nameOf = (path: Path) => JSON.stringify(path);

/** The paths from the document that a condition looks at. */
export function pathsOf(condition: Condition): readonly Path[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(pathsOf);
    case 'not':
      return pathsOf(condition.condition);
    default:
      return [condition.path];
  }
}

/** Makes a test of documents by their row. It compares each value of a column at most once. */
export function rowTest(condition: Condition, columns: readonly Column[]): (row: number) => boolean {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.conditions.map((term) => rowTest(term, columns));
      return (row) => tests.every((test) => test(row));
    }
    case 'or': {
      const tests = condition.conditions.map((term) => rowTest(term, columns));
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = rowTest(condition.condition, columns);
      return (row) => !test(row);
    }
    default: {
      const column = columns.find(({ path }) => nameOf(path) === nameOf(condition.path));
      if (!column) throw new Error(`No column has ${nameOf(condition.path)}`);
      return valueTest({ ...condition, path: [] }, column);
    }
  }
}

function valueTest(condition: Condition, { texts, places }: Column): (row: number) => boolean {
  const needles = needlesOf(condition);
  const results: (boolean | undefined)[] = [];
  return (row) => {
    const place = places[row] ?? 0;
    results[place] ??= textMatches(texts[place] ?? absent, condition, needles);
    return results[place];
  };
}

function textMatches(text: string, condition: Condition, needles: readonly string[]): boolean {
  if (text === absent) return matches(condition, undefined);
  return needles.every((needle) => text.includes(needle)) && matches(condition, JSON.parse(text));
}
