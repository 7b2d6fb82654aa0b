import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { replaceSection } from '../docs/page.ts';
import type { Table } from './report.ts';
import { markdownTable } from './table.ts';

const page = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

/** The benchmarks, by the names of their marks in the page. */
export type Benchmark = 'flat' | 'peers' | 'cold' | 'tenants' | 'disk' | 'fair' | 'growth' | 'reach';

/** A part of docs/performance.md that a benchmark writes. */
export interface Section {
  readonly title: string;
  readonly table: Table;
}

/** Replaces the part of docs/performance.md between the marks of a benchmark, and keeps the text around it. */
export async function writeSections(
  name: Benchmark,
  command: string,
  sections: readonly Section[],
): Promise<void> {
  const text = await readFile(page, 'utf8');
  await writeFile(
    page,
    replaceSection(text, name, [measuredOn(command), ...sections.map(print)].join('\n\n')),
  );
}

function measuredOn(command: string): string {
  const date = new Date().toISOString().slice(0, 10);
  const cores = cpus();
  const machine = `${cores.length} cores (${cores[0]?.model.trim()})`;
  return `Measured on ${date} by \`${command}\` with Node ${process.version} on ${machine}.`;
}

function print({ title, table }: Section): string {
  return `### ${title}\n\n${markdownTable(table.header, table.rows)}`;
}
