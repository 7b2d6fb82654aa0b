import { cleanText } from './clean-text.ts';

/** The cells of a table's rows, by the titles of the columns. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | undefined>>;

/** Arranges rows in aligned columns below their titles. */
export function toTable<Row>(rows: readonly Row[], columns: Columns<Row>): string {
  const lines = rows.map((row) => Object.values(columns).map((cell) => cleanText(cell(row) ?? '')));
  return align([Object.keys(columns).map((title) => title.toUpperCase()), ...lines]);
}

/** Arranges values after their labels, without those that are undefined. */
export function toFields(fields: readonly (readonly [label: string, value: string | undefined])[]): string {
  return align(
    fields.flatMap(([label, value]) => (value === undefined ? [] : [[cleanText(label), cleanText(value)]])),
  );
}

function align(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const line of lines) {
    for (const [column, cell] of line.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    }
  }
  const pad = (cell: string, column: number) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell));
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

const graphemes = new Intl.Segmenter();
const wide =
  /\p{Emoji_Presentation}|[\p{sc=Han}\p{sc=Hira}\p{sc=Hang}\u3000-\u303f\u30a0-\u30ff\uff01-\uff60]/u;

/** The number of terminal columns that a text takes. */
function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);
}
