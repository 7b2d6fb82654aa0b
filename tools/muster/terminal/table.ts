import { cleanText } from './clean-text.ts';

/** The cells of a table's rows, by the titles of the columns. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | undefined>>;

/**
 * Arranges rows in aligned columns below their titles. The widest columns are cut so that the table fits `width`, which
 * is that of the terminal. If it cannot fit, each row is a block of lines.
 */
export function toTable<Row>(
  rows: readonly Row[],
  columns: Columns<Row>,
  width: number | undefined = terminalWidth(),
): string {
  const titles = Object.keys(columns);
  const lines = rows.map((row) => Object.values(columns).map((cell) => cleanText(cell(row) ?? '')));
  const table = [titles.map((title) => title.toUpperCase()), ...lines];
  if (width === undefined) return align(table);
  const maxima = fitted(widthsOf(table), width);
  if (maxima) return align(table.map((line) => line.map((cell, column) => cut(cell, maxima[column] ?? 0))));
  const label = Math.max(...titles.map(widthOf)) + gap.length;
  const blocks = lines.map((line) =>
    line.flatMap((cell, column) =>
      cell === '' ? [] : [[titles[column] ?? '', cut(cell, Math.max(width - label, narrowest))]],
    ),
  );
  return blocks.map(align).join('\n\n');
}

const gap = '  ';
/** Columns that a cut column keeps. An id of a key and a time have more, so they are cut last. */
const narrowest = 12;

/** The number of columns of the terminal that gets the results; undefined if it is none. */
function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

/** Narrows the widest columns until all fit; undefined if that leaves too little of them. */
function fitted(widths: readonly number[], width: number): readonly number[] | undefined {
  const room = width - gap.length * (widths.length - 1);
  const sum = (max: number) => widths.reduce((total, one) => total + Math.min(one, max), 0);
  if (sum(Number.POSITIVE_INFINITY) <= room) return widths;
  let max = narrowest;
  if (sum(max) > room) return undefined;
  while (sum(max + 1) <= room) max += 1;
  return widths.map((one) => Math.min(one, max));
}

/** Cuts a text to a number of terminal columns, the last of which then shows that it was cut. */
function cut(text: string, width: number): string {
  // A character takes at least one column of the terminal, so that the rest of a long text need not be looked at.
  if (text.length <= width && widthOf(text) <= width) return text;
  let kept = '';
  let taken = 1;
  for (const { segment } of graphemes.segment(text.slice(0, width * 16))) {
    taken += widthOf(segment);
    if (taken > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Arranges values after their labels, without those that are undefined. */
export function toFields(fields: readonly (readonly [label: string, value: string | undefined])[]): string {
  return align(
    fields.flatMap(([label, value]) => (value === undefined ? [] : [[cleanText(label), cleanText(value)]])),
  );
}

function widthsOf(lines: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = [];
  for (const line of lines) {
    for (const [column, cell] of line.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    }
  }
  return widths;
}

function align(lines: readonly (readonly string[])[]): string {
  const widths = widthsOf(lines);
  const pad = (cell: string, column: number) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell));
  return lines.map((line) => line.map(pad).join(gap).trimEnd()).join('\n');
}

const graphemes = new Intl.Segmenter();
const wide =
  /\p{Emoji_Presentation}|[\p{sc=Han}\p{sc=Hira}\p{sc=Hang}\u3000-\u303f\u30a0-\u30ff\uff01-\uff60]/u;

/** The number of terminal columns that a text takes. */
function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);
}
