import { limits } from '../../base/limits.ts';
import type { DocumentStore } from '../../store/document-store.ts';
import { queryAll } from '../../store/query-all.ts';
import { refKind, registry } from '../../tenants/tenant-documents.ts';
import { deploymentFeed } from '../entries.ts';
import { entriesAfter } from '../read-feed.ts';
import { readHead } from '../stamp.ts';
import { cursorKey, type WebhookCursor } from './cursor.ts';
import type { WebhookDocument, WebhookRef } from './webhook.ts';

/** Finds the feeds with events that an endpoint has not got yet: that of its tenant, or those of all. */
export async function* feedsBehind(
  store: DocumentStore,
  ref: WebhookRef,
  webhook: WebhookDocument,
): AsyncGenerator<string> {
  for await (const feed of feedsOf(store, ref)) if (await isBehind(store, ref, { webhook, feed })) yield feed;
}

async function* feedsOf(store: DocumentStore, { tenant }: WebhookRef): AsyncGenerator<string> {
  if (tenant !== undefined) return yield tenant;
  yield deploymentFeed;
  const refs = queryAll(store, { ...registry, kind: refKind, limit: limits.maintenanceBatchMax });
  for await (const { document } of refs) yield document.id;
}

async function isBehind(
  store: DocumentStore,
  ref: WebhookRef,
  { webhook, feed }: { webhook: WebhookDocument; feed: string },
): Promise<boolean> {
  const head = await readHead(store, feed);
  if (!head) return false;
  const cursor = (await store.read(cursorKey(ref, feed)))?.document as WebhookCursor | undefined;
  if (cursor?.generation !== undefined) {
    const isAtEnd = cursor.generation === head.generation && cursor.sequence === head.sequence;
    return !isAtEnd || cursor.held.length > 0 || cursor.replay !== undefined;
  }
  const [last] = await entriesAfter(store, feed, { after: head.sequence - 1, limit: 1 });
  const since = webhook.created - limits.instanceSkewSeconds * 1_000;
  return last !== undefined && Date.parse(last.at) >= since;
}
