/** Generators of the largest parts that fit into a body. */
export interface Filling {
  /** Returns as many pieces as fit. */
  many(piece: (index: number) => unknown, max?: number): readonly unknown[];
  /** Returns an object with as many members as fit. */
  members(member: (index: number) => readonly [name: string, value: unknown]): object;
  /** Returns a text of as many units as fit. */
  text(unit: string): string;
}

/** Bytes reserved for the rest of the body. */
const envelopeBytes = 300;

/** Creates generators for bodies of a number of bytes. */
export function fillingOf(bytes: number): Filling {
  const room = bytes - envelopeBytes;
  const many: Filling['many'] = (piece, max = Number.POSITIVE_INFINITY) => {
    const pieces: unknown[] = [];
    let used = 0;
    while (pieces.length < max) {
      const next = piece(pieces.length);
      used += Buffer.byteLength(JSON.stringify(next)) + 1;
      if (used > room) break;
      pieces.push(next);
    }
    return pieces;
  };
  return {
    many,
    members: (member) => Object.fromEntries(many(member) as readonly (readonly [string, unknown])[]),
    text: (unit) => unit.repeat(Math.floor(room / Buffer.byteLength(JSON.stringify(unit).slice(1, -1)))),
  };
}
