/** Makes the parts of a body as large as the body may be. */
export interface Filling {
  /** As many pieces as fit. */
  many(piece: (index: number) => unknown, max?: number): readonly unknown[];
  /** An object of as many members as fit. */
  members(member: (index: number) => readonly [name: string, value: unknown]): object;
  /** A text of as many units as fit. */
  text(unit: string): string;
}

/** What surrounds the part that is filled. */
const envelopeBytes = 300;

/** Fills bodies of a number of bytes. */
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
