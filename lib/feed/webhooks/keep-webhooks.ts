import type { Clock } from '../../base/clock.ts';
import { limits } from '../../base/limits.ts';
import { webhookLimits } from '../../base/webhook-limits.ts';
import { type Actor, type ChangeFacts, recordChange } from '../../store/change-document.ts';
import { commitOnce } from '../../store/commit-once.ts';
import type { Change, Document, DocumentStore, Query } from '../../store/document-store.ts';
import { retryLostRace } from '../../store/retry-lost-race.ts';
import { homeOf, type WebhookDocument, type WebhookRef, webhookKey, withDue } from './webhook.ts';

/** The services that read and write the documents of endpoints. */
export interface WebhookStore {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
}

/** An act on an endpoint, as the audit trail records it. */
export interface WebhookAct extends Pick<ChangeFacts, 'operation' | 'attributes' | 'outcome'> {
  readonly actor: Actor;
}

/** The list of the endpoints of a tenant, or of those for all tenants. It is read with its key, at the least price. */
interface WebhookList extends Document {
  readonly ids: readonly string[];
}

const listKind = 'webhook-list';
const listKey = (ref: Pick<WebhookRef, 'tenant'>) => ({ ...homeOf(ref), kind: listKind, id: listKind });

/** The refusal of an endpoint more than there may be. */
export class TooManyWebhooksError extends Error {}

/** Reads an endpoint; `undefined` if there is none. Rejects with a StoreError. */
export async function readWebhook(
  store: DocumentStore,
  ref: WebhookRef,
): Promise<WebhookDocument | undefined> {
  const stored = await store.read(webhookKey(ref));
  return stored?.document as WebhookDocument | undefined;
}

/** Reads the names of the endpoints of a tenant, or of those for all tenants. */
export async function listWebhooks(store: DocumentStore, tenant?: string): Promise<readonly WebhookRef[]> {
  const stored = await store.read(listKey({ tenant }));
  return ((stored?.document as WebhookList | undefined)?.ids ?? []).map((id) => ({ tenant, id }));
}

/** Adds an endpoint. Rejects with TooManyWebhooksError. */
export async function addWebhook(
  services: WebhookStore,
  ref: WebhookRef,
  { webhook, act }: { webhook: WebhookDocument; act: WebhookAct },
): Promise<void> {
  const document = withDue(webhook);
  await changeList(services, ref, {
    change: (ids) => {
      if (ids.length >= webhookLimits.endpointsMax) throw new TooManyWebhooksError();
      return [...ids, ref.id];
    },
    with: () => [{ op: 'create', document }, recordOf(services, ref, act)],
  });
}

/** Takes an endpoint off the list and marks it as deleted. Does nothing if it is gone. */
export async function dropWebhook(services: WebhookStore, ref: WebhookRef, act: WebhookAct): Promise<void> {
  const webhook = await readWebhook(services.store, ref);
  if (!webhook || webhook.state === 'deleted') return;
  const document = withDue({ ...webhook, state: 'deleted', created: services.now() });
  await changeList(services, ref, {
    change: (ids) => ids.filter((id) => id !== ref.id),
    with: () => [{ op: 'replace', document }, recordOf(services, ref, act)],
  });
}

interface ListChange {
  readonly change: (ids: readonly string[]) => readonly string[];
  readonly with: () => readonly Change[];
}

async function changeList(services: WebhookStore, ref: WebhookRef, list: ListChange): Promise<void> {
  const { store } = services;
  const { container, tenantId, ...name } = listKey(ref);
  await retryLostRace(async () => {
    const stored = await store.read(listKey(ref));
    const ids = list.change((stored?.document as WebhookList | undefined)?.ids ?? []);
    const document = { ...name, tenantId, ids };
    const first: Change = stored
      ? { op: 'replace', document, ifVersion: stored.version }
      : { op: 'create', document };
    await store.commit({ container, tenantId }, [first, ...list.with()]);
  });
}

/**
 * Changes an endpoint, under a check of its version; `change` may run again, and changes nothing if it answers
 * `undefined`. Yields the endpoint afterwards, or `undefined` if there is none. `act` makes the record of the change.
 */
export function editWebhook(
  services: WebhookStore,
  ref: WebhookRef,
  change: (
    webhook: WebhookDocument,
  ) => { webhook: WebhookDocument; act?: WebhookAct | undefined } | undefined,
): Promise<WebhookDocument | undefined> {
  const { store } = services;
  return retryLostRace(async () => {
    const stored = await store.read(webhookKey(ref));
    if (!stored) return undefined;
    const current = stored.document as WebhookDocument;
    const edited = current.state === 'deleted' ? undefined : change(current);
    if (!edited) return current;
    const document = withDue(edited.webhook);
    const records = edited.act ? [recordOf(services, ref, edited.act)] : [];
    const replaced: Change = { op: 'replace', document, ifVersion: stored.version };
    await store.commit(homeOf(ref), [replaced, ...records]);
    return document;
  });
}

/** Records an act that changes nothing of an endpoint itself. */
export async function recordAct(services: WebhookStore, ref: WebhookRef, act: WebhookAct): Promise<void> {
  await services.store.commit(homeOf(ref), [recordOf(services, ref, act)]);
}

function recordOf({ now, newId }: WebhookStore, ref: WebhookRef, { actor, ...act }: WebhookAct): Change {
  const scope = { tenantId: homeOf(ref).tenantId, now, newId, actor, auditLevel: 'debug' } as const;
  return recordChange(scope, { resourceType: 'Webhook', resource: ref.id, ...act });
}

/** Removes the documents of a kind whose ids begin with a text and go on behind it, a page after the other. */
export async function removeByPrefix(
  store: DocumentStore,
  { kind, ...partition }: Pick<Query, 'container' | 'tenantId' | 'kind'>,
  prefix: string,
): Promise<void> {
  for (;;) {
    const page = await store.query({ ...partition, kind, after: prefix, limit: limits.batchChangesMax });
    const own = page.documents.filter(({ document: { id } }) => id.startsWith(prefix));
    if (own.length === 0) return;
    const changes = own.map(({ document: { id } }): Change => ({ op: 'delete', kind, id }));
    // If another run has removed some of them, the next page shows which are left.
    await commitOnce(store, partition, changes);
  }
}
