/** A document as Cosmos DB keeps it: the bytes of its JSON, and its terms in the indexes. */
export interface Kept {
  readonly bytes: number;
  readonly terms: ReadonlySet<string>;
}

/** Request units by the size of a document in kilobytes, for a read and for a write; documented by Microsoft. */
const bySize: readonly (readonly [kilobytes: number, read: number, write: number])[] = [
  [1, 1, 4.95],
  [2, 1.04, 6.29],
  [4, 1.14, 6.67],
  [8, 1.33, 7.04],
  [16, 1.67, 9.52],
  [32, 2.19, 11.23],
  [64, 4.76, 22.67],
  [128, 9.95, 48.19],
  [256, 20.28, 98.29],
];

/** For each term that enters or leaves an index; documented. */
const unitsPerTerm = 0.2;
/** For each property that a patch names, beside a replacement; documented. */
const unitsPerPatched = 0.4;
/** What a query costs before it loads a document; assumed, since Microsoft gives no formula. */
export const unitsPerQuery = 2.8;
/** By which a read is dearer under bounded staleness, which the infrastructure sets; documented. */
export const stalenessFactor = 2;

/** A point read, at session consistency; one that finds nothing is charged as the smallest. */
export function readUnits(bytes: number): number {
  return interpolated(bytes, (row) => row[1]);
}

export function creationUnits({ bytes, terms }: Kept): number {
  return writeUnits(bytes) + unitsPerTerm * terms.size;
}

export function deletionUnits(kept: Kept): number {
  return creationUnits(kept);
}

/** One document goes, another comes, and so do the terms in which they differ. */
export function replacementUnits(before: Kept, after: Kept): number {
  const changed = differing(before.terms, after.terms) + differing(after.terms, before.terms);
  return writeUnits(before.bytes) + writeUnits(after.bytes) + unitsPerTerm * changed;
}

export function patchUnits(before: Kept, after: Kept, properties: number): number {
  return replacementUnits(before, after) + unitsPerPatched * properties;
}

/** A query that loads documents of these sizes, each charged as if it were read; for small ones an upper bound. */
export function queryUnits(loaded: readonly number[]): number {
  return loaded.reduce((sum, bytes) => sum + readUnits(bytes), unitsPerQuery);
}

function writeUnits(bytes: number): number {
  return interpolated(bytes, (row) => row[2]);
}

function interpolated(bytes: number, unitsOf: (row: (typeof bySize)[number]) => number): number {
  const kilobytes = bytes / 1_024;
  const above = bySize.findIndex(([size]) => size >= kilobytes);
  const [to, from] = [bySize[above], bySize[above - 1]];
  if (!to) throw new RangeError(`A document of ${bytes} bytes is larger than any that is kept`);
  if (!from) return unitsOf(to);
  const share = (kilobytes - from[0]) / (to[0] - from[0]);
  return unitsOf(from) + share * (unitsOf(to) - unitsOf(from));
}

function differing(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return [...some].filter((term) => !others.has(term)).length;
}
