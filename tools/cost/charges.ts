/** A document as Cosmos DB stores it: the size of its JSON in bytes, and its terms in the indexes. */
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

/** Request units for each term that is added to or removed from an index; documented. */
const unitsPerTerm = 0.2;
/** Request units for each property that a patch names, in addition to a replacement; documented. */
const unitsPerPatched = 0.4;
/** Request units of a query before it loads a document; assumed, because Microsoft gives no formula. */
export const unitsPerQuery = 2.8;
/** The factor for reads under bounded staleness, which the infrastructure sets; documented. */
export const stalenessFactor = 2;

/** The cost of a point read at session consistency; one that finds nothing costs as much as the smallest. */
export function readUnits(bytes: number): number {
  return interpolated(bytes, (row) => row[1]);
}

export function creationUnits({ bytes, terms }: Kept): number {
  return writeUnits(bytes) + unitsPerTerm * terms.size;
}

export function deletionUnits(kept: Kept): number {
  return creationUnits(kept);
}

/** The cost of deleting one document and writing another, with the terms in which they differ. */
export function replacementUnits(before: Kept, after: Kept): number {
  const changed = differing(before.terms, after.terms) + differing(after.terms, before.terms);
  return writeUnits(before.bytes) + writeUnits(after.bytes) + unitsPerTerm * changed;
}

export function patchUnits(before: Kept, after: Kept, properties: number): number {
  return replacementUnits(before, after) + unitsPerPatched * properties;
}

/** The cost of a query that loads documents of these sizes, each counted as a read; too high for small documents. */
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
