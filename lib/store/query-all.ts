import { yieldToEventLoop } from '../base/yield-to-event-loop.ts';
import type { DocumentStore, Page, Query, Stored } from './document-store.ts';

/** Walks all matches of a query in pages of `limit`, and lets other requests run between pages. */
export async function* queryAll(store: DocumentStore, query: Query): AsyncGenerator<Stored> {
  let after = query.after;
  do {
    const page: Page = await store.query({ ...query, after });
    yield* page.documents;
    after = page.more ? page.documents.at(-1)?.document.id : undefined;
    if (after !== undefined) await yieldToEventLoop();
  } while (after !== undefined);
}
