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

/** The products, with the letter and the number of their rows. */
const products: Readonly<Record<PresetName, { readonly title: string; letter: string; rows: number }>> = {
  signl4: { title: 'SIGNL4', letter: 'S', rows: 18 },
  v6: { title: 'The platform of the v6 guide', letter: 'V', rows: 7 },
  sofa: { title: 'Sofa 365 Bridge', letter: 'F', rows: 9 },
  sguard: { title: 's.GUARD', letter: 'G', rows: 4 },
  signinghub: { title: 'SigningHub', letter: 'H', rows: 9 },
};

/** The ids of a product's rows. */
export function rowIds(preset: PresetName): readonly string[] {
  const { letter, rows } = products[preset];
  return Array.from({ length: rows }, (_, index) => `${letter}${index + 1}`);
}

/** The verdict if every test passes. */
const asDeclared: Judge = ({ pending }) => (pending === undefined ? 'passed' : 'pending');

/** Writes the page on all products. */
export function productsPage(rows: readonly ProductRow[], judge: Judge = asDeclared): Page {
  const sections = presetNames.map((preset) => productSection(preset, rowsIn(rows, preset), judge));
  const text = `${introduction}\n${summary(rows, judge)}\n\n${sections.join('\n')}`;
  return { path: 'docs/products.md', text };
}

/** Selects the rows of one product. */
export function rowsIn(rows: readonly ProductRow[], preset: PresetName): readonly ProductRow[] {
  const ids = rowIds(preset);
  return rows.filter(({ id }) => ids.includes(id));
}

const introduction = `# Products

This page describes what five products do with the users and groups that Entra ID provisions, according to their public
SCIM guides. Each product is a preset of the [policy](policy.md). No code depends on a product.

\`npm run products\` runs the tests in \`test/products/\` and generates this page. The test of a row creates a tenant
with the preset, sends it the HTTP requests that Entra ID would send, and checks the resulting accounts and teams. The
settings named in a row produce its behaviour. A second test removes these settings, and then the same steps must fail.
A setting marked as an option is not in the preset; the test adds it.
`;

/** Says how many rows passed. */
export function summary(rows: readonly ProductRow[], judge: Judge): string {
  const total = presetNames.flatMap(rowIds).length;
  const passed = rows.filter((row) => judge(row) === 'passed').length;
  const pending = rows.filter((row) => judge(row) === 'pending').length;
  const waiting = pending === 0 ? '' : `, ${pending} ${pending === 1 ? 'is' : 'are'} pending`;
  return `${passed} of ${total} rows passed${waiting}.`;
}

/** Writes the table of one product's rows. */
export function productSection(
  preset: PresetName,
  rows: readonly ProductRow[],
  judge: Judge = asDeclared,
): string {
  const { title } = products[preset];
  const lines = rows.map((row) => [row.id, row.says, causeOf(row), verdictOf(row, judge)]);
  const table = toTable(['row', 'behaviour', 'produced by', 'verdict'], lines);
  return `## ${title} (\`${preset}\`)\n\n${table}\n`;
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
