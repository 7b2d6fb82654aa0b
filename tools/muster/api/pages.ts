import type { Output } from '../terminal/output.ts';
import { count } from '../terminal/progress.ts';
import type { Api } from './api.ts';
import type { Query } from './client.ts';

/** A list of the API: its path, and the property of the answer that has the rows. */
export interface List {
  readonly path: string;
  readonly name: string;
  readonly query?: Query;
}

type Page<Row> = { readonly next?: string } & Readonly<Record<string, readonly Row[]>>;

/** Reads a list page by page. */
export async function* pagesOf<Row>(api: Api, { path, name, query }: List): AsyncGenerator<readonly Row[]> {
  let after: string | undefined;
  do {
    const page: Page<Row> = await api.get(path, { ...query, after });
    yield page[name] ?? [];
    after = page.next;
  } while (after !== undefined);
}

/** Reads a whole list, and shows the progress from the second page on. */
export async function readAll<Row>(
  { api, output }: { api: Api; output: Output },
  list: List,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of pagesOf<Row>(api, list)) {
    if (rows.length > 0) output.passing(`Reading ${list.name}: ${count(rows.length)} so far`);
    rows.push(...page);
  }
  output.passing('');
  return rows;
}
