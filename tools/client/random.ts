import { createHash } from 'node:crypto';

/** A deterministic source of choices: the same seed parts always give the same sequence. */
export interface Random {
  /** Returns a number of at least 0 and below 1. */
  next(): number;
  /** Returns a whole number of at least 0 and below `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
  guid(): string;
}

/** Creates a source of choices that depends only on the given parts. */
export function seededRandom(...parts: readonly (string | number)[]): Random {
  const next = sfc32(createHash('sha256').update(JSON.stringify(parts)).digest());
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => pick(items, below),
    shuffle: (items) => shuffle(items, below),
    guid: () => guid(next),
  };
}

/** Chris Doty-Humphrey's small fast counting generator, seeded with the first 16 bytes. */
function sfc32(seed: Buffer): () => number {
  let [a, b, c, counter] = [0, 4, 8, 12].map((offset) => seed.readInt32LE(offset)) as [
    number,
    number,
    number,
    number,
  ];
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
}

function pick<T>(items: readonly T[], below: (limit: number) => number): T {
  const [item] = items.slice(below(items.length));
  if (item === undefined) throw new RangeError('Cannot pick from an empty list');
  return item;
}

function shuffle<T>(items: readonly T[], below: (limit: number) => number): T[] {
  const rest = [...items];
  const shuffled: T[] = [];
  while (rest.length > 0) {
    const at = below(rest.length);
    const last = rest.pop() as T;
    shuffled.push(at === rest.length ? last : (rest.splice(at, 1, last)[0] as T));
  }
  return shuffled;
}

function guid(next: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
