/** The known word that differs in the fewest letters, at most a third; undefined where there is none. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const farthest = Math.ceil(word.length / 3);
  const [best] = known
    .map((candidate) => ({ candidate, letters: distance(word, candidate) }))
    .filter(({ letters }) => letters <= farthest)
    .sort((left, right) => left.letters - right.letters);
  return best?.candidate;
}

/** The number of letters to insert, delete or replace (Levenshtein's distance). */
function distance(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, length) => length);
  for (const letter of from) {
    const row = [(before[0] ?? 0) + 1];
    for (const [index, other] of [...to].entries()) {
      const replaced = (before[index] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(replaced, (before[index + 1] ?? 0) + 1, (row[index] ?? 0) + 1));
    }
    before = row;
  }
  return before.at(-1) ?? 0;
}
