import type { Block } from './blocks.ts';

/** Reads the cells of a table, row by row; the text of the first cell is the term of the others. */
export function tableBlocks(lines: readonly string[]): readonly Block[] {
  return rowsOf(lines).flatMap((columns) => {
    const term = (columns[0] ?? []).join(' ');
    return columns.map((cell, index) => ({ terms: index === 0 ? [] : [term], lines: cell }));
  });
}

/** Returns the columns of each row with their lines; a rule or a line of empty cells separates rows. */
function rowsOf(lines: readonly string[]): readonly (readonly string[])[][] {
  const rows: string[][][] = [];
  let row: string[][] = [];
  for (const line of lines) {
    const cells = line.trim().startsWith('|') ? line.trim().slice(1, -1).split('|') : [];
    if (cells.every((cell) => cell.trim() === '')) {
      rows.push(row);
      row = [];
    }
    for (const [column, cell] of cells.entries()) {
      if (cell.trim() !== '') row[column] = [...(row[column] ?? []), cell.trim()];
    }
  }
  return [...rows, row].map((columns) => Array.from(columns, (cell) => cell ?? []));
}
