import { limits } from '../../base/limits.ts';
import type { DocumentStore } from '../../store/document-store.ts';
import { cursorKind, cursorPrefix, type WebhookCursor } from './cursor.ts';
import { type WebhookRef, workPlaceOf } from './webhook.ts';

/**
 * Finds the time since which events wait for an endpoint, in milliseconds since 1970; `undefined` if none does. It
 * looks at `limits.pageSizeMax` feeds at most.
 */
export async function waitingSince(store: DocumentStore, ref: WebhookRef): Promise<number | undefined> {
  const prefix = cursorPrefix(ref);
  const query = { ...workPlaceOf(ref), kind: cursorKind, after: prefix, limit: limits.pageSizeMax };
  const { documents } = await store.query(query);
  const times = documents.flatMap(({ document }) =>
    document.id.startsWith(prefix) ? ((document as WebhookCursor).waitingSince ?? []) : [],
  );
  return times.length > 0 ? Math.min(...times) : undefined;
}
