// biome-ignore lint/suspicious/noExplicitAny: tests look into lines of every kind
type Line = Readonly<Record<string, any>>;

/** The lines of the log in what an endpoint has printed. */
export function linesOf(output: string): readonly Line[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"level":'))
    .map((line) => JSON.parse(line));
}
