import { type PresetName, presetNames } from '../../lib/tenants/presets.ts';
import type { TestResult } from '../run-vitest.ts';
import { type Judge, type ProductRow, rowIds, sentenceIds } from './page.ts';

export interface Results {
  /** The rows of all products in order, with and without tests. */
  readonly rows: readonly ProductRow[];
  /** The rows of single sentences, likewise. */
  readonly sentences: readonly ProductRow[];
  readonly judge: Judge;
}

/** Reads the rows that tests declare, and their results. A row passes if all of its tests pass. */
export function readResults(tests: readonly TestResult[]): Results {
  const declared = tests.flatMap(({ meta, status }) => (isRow(meta.row) ? [{ row: meta.row, status }] : []));
  const rowsOf = (idsIn: (preset: PresetName) => readonly string[]): readonly ProductRow[] =>
    presetNames
      .flatMap(idsIn)
      .map((id) => declared.find(({ row }) => row.id === id)?.row ?? { id, says: '', settings: [] });
  const judge: Judge = ({ id, pending }) => {
    const own = declared.filter(({ row }) => row.id === id);
    if (own.length === 0) return 'not tested';
    if (pending !== undefined) return 'pending';
    return own.every(({ status }) => status === 'passed') ? 'passed' : 'failed';
  };
  return { rows: rowsOf(rowIds), sentences: rowsOf(sentenceIds), judge };
}

function isRow(value: unknown): value is ProductRow {
  return typeof value === 'object' && value !== null && 'id' in value && 'says' in value;
}
