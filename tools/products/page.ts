import { type PresetName, presetNames } from '../../lib/tenants/presets.ts';
import { type Page, toTable } from '../docs/page.ts';
import type { Setting } from './setting.ts';

/** A row of a product's behaviour, as its test declares it. */
export interface ProductRow {
  /** Such as `S3`. */
  readonly id: string;
  readonly says: string;
  readonly settings: readonly Setting[];
  /** Explains a behaviour that no setting produces. */
  readonly always?: string;
  /** The feature that is still missing, on which the row depends. */
  readonly pending?: string;
}

export type Verdict = 'passed' | 'failed' | 'pending' | 'not tested';
/** The verdict of a row by its id. */
export type Judge = (row: ProductRow) => Verdict;

interface Product {
  readonly title: string;
  readonly letter: string;
  /** The number of its rows. */
  readonly rows: number;
  /** The numbers of the sentences of its guide that have a row of their own. */
  readonly sentences: readonly number[];
}

const products: Readonly<Record<PresetName, Product>> = {
  signl4: {
    title: 'SIGNL4',
    letter: 'S',
    rows: 18,
    sentences: [1, 4, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22],
  },
  v6: { title: 'The platform of the v6 guide', letter: 'V', rows: 7, sentences: [6, 7] },
  sofa: { title: 'Sofa 365 Bridge', letter: 'F', rows: 9, sentences: [2, 3, 12, 13] },
  sguard: { title: 's.GUARD', letter: 'G', rows: 4, sentences: [] },
  signinghub: { title: 'SigningHub', letter: 'H', rows: 9, sentences: [5, 9, 10, 11] },
};

/** The two kinds of rows of a product: its behaviours, and single sentences of its guide. */
export type Part = 'behaviours' | 'sentences';

/** The ids of a product's rows. */
export function rowIds(preset: PresetName): readonly string[] {
  const { letter, rows } = products[preset];
  return Array.from({ length: rows }, (_, index) => `${letter}${index + 1}`);
}

/** The verdict if every test passes. */
const asDeclared: Judge = ({ pending }) => (pending === undefined ? 'passed' : 'pending');

/** The ids of the sentences of a product's guide. */
export function sentenceIds(preset: PresetName): readonly string[] {
  return products[preset].sentences.map((number) => `B${number}`);
}

/** The ids of one part of a product's rows. */
export function idsOf(preset: PresetName, part: Part): readonly string[] {
  return part === 'behaviours' ? rowIds(preset) : sentenceIds(preset);
}

/** Writes the page on all products. */
export function productsPage(rows: readonly ProductRow[], judge: Judge = asDeclared): Page {
  const sections = presetNames.flatMap((preset) => [
    productSection(preset, rowsIn(rows, preset), judge),
    ...(sentenceIds(preset).length > 0
      ? [sentenceSection(preset, rowsIn(rows, preset, 'sentences'), judge)]
      : []),
  ]);
  const text = `${introduction}\n${summary(rows, judge)}\n\n${sections.join('\n')}`;
  return { path: 'docs/products.md', text };
}

/** Selects one part of the rows of a product. */
export function rowsIn(
  rows: readonly ProductRow[],
  preset: PresetName,
  part: Part = 'behaviours',
): readonly ProductRow[] {
  const ids = idsOf(preset, part);
  return rows.filter(({ id }) => ids.includes(id));
}

const introduction = `# Products

This page describes what five products do with the users and groups that Entra ID provisions, according to their public
SCIM guides. Each product is a preset of the [policy](policy.md). No code depends on a product.

\`npm run products\` runs the tests in \`test/products/\` and generates this page. The test of a row creates a tenant
with the preset, sends it the HTTP requests that Entra ID would send, and checks the resulting accounts and teams. The
settings named in a row produce its behaviour. A second test removes these settings, and then the same steps must
fail. A setting marked as an option is not in the preset; the test adds it. Single sentences of a guide have rows of
their own, whose ids begin with B. Where two sentences of a guide contradict each other, the preset follows one of
them, and an option the other.
`;

/** Says how many rows passed, and how many of the sentences. */
export function summary(rows: readonly ProductRow[], judge: Judge): string {
  const parts = { rows: rowIds, sentences: sentenceIds };
  const counts = Object.entries(parts).map(([name, idsIn]) => {
    const ids = presetNames.flatMap(idsIn);
    const verdicts = rows.filter(({ id }) => ids.includes(id)).map(judge);
    const passed = verdicts.filter((verdict) => verdict === 'passed').length;
    const pending = verdicts.filter((verdict) => verdict === 'pending').length;
    const waiting = pending === 0 ? '' : `, ${pending} ${pending === 1 ? 'is' : 'are'} pending`;
    return `${passed} of ${ids.length} ${name} passed${waiting}.`;
  });
  return counts.join(' ');
}

/** Writes the table of one product's rows. */
export function productSection(
  preset: PresetName,
  rows: readonly ProductRow[],
  judge: Judge = asDeclared,
): string {
  return `## ${products[preset].title} (\`${preset}\`)\n\n${tableOf(rows, judge)}\n`;
}

/** Writes the table of the sentences of one product's guide. */
export function sentenceSection(
  preset: PresetName,
  rows: readonly ProductRow[],
  judge: Judge = asDeclared,
): string {
  return `### Sentences of the guide to ${products[preset].title}\n\n${tableOf(rows, judge)}\n`;
}

function tableOf(rows: readonly ProductRow[], judge: Judge): string {
  const lines = rows.map((row) => [row.id, row.says, causeOf(row), verdictOf(row, judge)]);
  return toTable(['row', 'behaviour', 'produced by', 'verdict'], lines);
}

const valueLengthMax = 60;

function causeOf({ settings, always }: ProductRow): string {
  if (always !== undefined) return `always: ${always}`;
  return settings.map(describe).join('<br>');
}

function describe({ path, value, isOption }: Setting): string {
  const text = JSON.stringify(value);
  const shown = text.length > valueLengthMax ? '' : ` \`${text}\``;
  return `\`${path}\`${shown}${isOption ? ' (option)' : ''}`;
}

function verdictOf(row: ProductRow, judge: Judge): string {
  const verdict = judge(row);
  return verdict === 'pending' ? `pending: waits for ${row.pending}` : verdict;
}
