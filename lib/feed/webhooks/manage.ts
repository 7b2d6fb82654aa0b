import { webhookLimits } from '../../base/webhook-limits.ts';
import type { Actor } from '../../store/change-document.ts';
import { retryLostRace } from '../../store/retry-lost-race.ts';
import { entryIdOf, entryKind, type FeedEntry, feedPartition } from '../entries.ts';
import { readEntries, sequenceOf } from '../read-feed.ts';
import { type Attempt, attemptsChange } from './attempts.ts';
import { readBodies, testDelivery } from './bodies.ts';
import { cursorKey, newCursor, type WebhookCursor } from './cursor.ts';
import { deliver } from './deliver.ts';
import type { Guard } from './guard.ts';
import { healthy } from './health.ts';
import { addWebhook, dropWebhook, editWebhook, recordAct } from './keep-webhooks.ts';
import type { StreamServices } from './stream.ts';
import {
  homeOf,
  type WebhookDocument,
  type WebhookRef,
  type WebhookSettings,
  webhookKey,
  workPlaceOf,
} from './webhook.ts';
import type { Webhooks } from './webhooks.ts';

/** The services with which operators manage endpoints. */
export interface ManageServices extends StreamServices {
  readonly guard: Guard;
  readonly webhooks: Pick<Webhooks, 'forget' | 'tendSoon' | 'wake'>;
}

/** An endpoint with its secret, which is shown when it is made or rotated. */
export interface NewSecret {
  readonly webhook: WebhookDocument;
  readonly secret: string;
}

/** Time after which every instance knows of a new endpoint. Events that were entered before are delivered then. */
const knownByAllMilliseconds = (webhookLimits.knownSeconds + 10) * 1_000;

/** Creates an endpoint. Rejects with ScimError `invalidValue` for its address, or with TooManyWebhooksError. */
export async function createWebhook(
  services: ManageServices,
  { tenant, actor, ...settings }: WebhookSettings & { tenant: string | undefined; actor: Actor },
): Promise<NewSecret> {
  const { guard, newId, now, secrets, webhooks } = services;
  await guard.check(settings.url);
  const ref = { tenant, id: newId() };
  // First, because an endpoint without a secret could not be used.
  const { secret } = await secrets.keysOf(ref, 1);
  const { kind, id } = webhookKey(ref);
  const webhook: WebhookDocument = {
    ...{ id, kind, tenantId: homeOf(ref).tenantId, ...settings, state: 'active', created: now() },
    ...{ secrets: [{ version: 1 }], failures: 0, catchUp: now() + knownByAllMilliseconds },
  };
  await addWebhook(services, ref, { webhook, act: { operation: 'create', actor } }).catch(async (thrown) => {
    await secrets.remove(ref, 1);
    throw thrown;
  });
  webhooks.forget(tenant);
  return { webhook, secret };
}

/** The settings of an endpoint to change, and its switch. */
export interface WebhookEdit extends Partial<WebhookSettings> {
  readonly enabled?: boolean | undefined;
}

/** Changes an endpoint; `undefined` if there is none. Rejects with ScimError `invalidValue` for its address. */
export async function changeWebhook(
  services: ManageServices,
  ref: WebhookRef,
  { enabled, actor, ...settings }: WebhookEdit & { actor: Actor },
): Promise<WebhookDocument | undefined> {
  const { guard, now, webhooks } = services;
  if (settings.url !== undefined) await guard.check(settings.url);
  const attributes = Object.keys({ ...settings, ...(enabled !== undefined && { enabled }) });
  const edited = await editWebhook(services, ref, (webhook) => {
    const changed = { ...webhook, ...settings };
    const isOff = webhook.state === 'disabled';
    const switched =
      enabled === false
        ? ({ ...changed, state: 'disabled', reason: 'operator', probe: undefined } as const)
        : enabled && (isOff || webhook.state === 'failing')
          ? { ...healthy(changed), catchUp: now() }
          : changed;
    return { webhook: switched, act: { operation: 'edit', actor, attributes } };
  });
  if (enabled) webhooks.tendSoon(ref);
  return edited;
}

/** Deletes an endpoint, with its secrets. Nothing is sent to it once the promise has resolved. */
export async function deleteWebhook(services: ManageServices, ref: WebhookRef, actor: Actor): Promise<void> {
  await dropWebhook(services, ref, { operation: 'delete', actor });
  services.webhooks.forget(ref.tenant);
  services.webhooks.tendSoon(ref);
}

/** Gives an endpoint a new secret. The former ones sign too until the overlap is over, in milliseconds. */
export async function rotateWebhook(
  services: ManageServices,
  ref: WebhookRef,
  { overlap, actor }: { overlap: number; actor: Actor },
): Promise<NewSecret | undefined> {
  const { now, secrets } = services;
  const webhook = await editWebhook(services, ref, (current) => {
    const version = Math.max(...current.secrets.map((one) => one.version)) + 1;
    const former = current.secrets.map(({ version: old, until = Infinity }) => ({
      version: old,
      until: Math.min(until, now() + overlap),
    }));
    const edited = { ...current, secrets: [...former, { version }] };
    return { webhook: edited, act: { operation: 'rotate', actor } };
  });
  const last = webhook?.secrets.at(-1);
  if (!webhook || !last) return undefined;
  const { secret } = await secrets.keysOf(ref, last.version);
  return { webhook, secret };
}

/** Sends an endpoint a delivery to try it, which stands for no change. Yields the attempt. */
export function tryWebhook(
  services: ManageServices,
  ref: WebhookRef,
  { webhook, actor }: { webhook: WebhookDocument; actor: Actor },
): Promise<Attempt> {
  const { now, newId } = services;
  const delivery = testDelivery(services, { webhook: ref.id, id: newId(), now: now() });
  return sendOnce(services, ref, {
    webhook,
    delivery,
    feed: ref.tenant ?? '',
    act: { operation: 'test', actor },
  });
}

/** Sends one event again, with its id. Yields the attempt; `undefined` if the event is not kept. */
export async function resendEvent(
  services: ManageServices,
  ref: WebhookRef,
  again: { webhook: WebhookDocument; feed: string; event: string; actor: Actor },
): Promise<Attempt | undefined> {
  const { webhook, feed, event, actor } = again;
  const key = { ...feedPartition(feed), kind: entryKind, id: entryIdOf(event) };
  const entry = (await services.store.read(key))?.document as FeedEntry | undefined;
  if (!entry) return undefined;
  const delivery = (await readBodies(services, feed, [entry]))(entry);
  return sendOnce(services, ref, { webhook, delivery, feed, act: { operation: 'resend', actor } });
}

type Once = Pick<Parameters<typeof deliver>[1], 'webhook' | 'delivery' | 'feed'> & {
  readonly act: Parameters<typeof recordAct>[2];
};

async function sendOnce(services: ManageServices, ref: WebhookRef, once: Once): Promise<Attempt> {
  const { act, ...outgoing } = once;
  await recordAct(services, ref, act);
  const { told } = await deliver(services, { ref, ...outgoing });
  await services.store.commit(workPlaceOf(ref), [attemptsChange(services, ref, [told])]);
  return told;
}

/** A part of a feed by times, in milliseconds since 1970. */
export interface ReplayRange {
  readonly feed: string;
  readonly from: number;
  /** The time before which the last event was; absent for the end of the feed. */
  readonly until?: number | undefined;
}

/**
 * Lets events be sent again in their order, with their ids, before those that follow. Yields the number of events that
 * are looked at; 0 if there are none. A replay that is under way ends.
 */
export async function replayEvents(
  services: ManageServices,
  ref: WebhookRef,
  { feed, from, until, actor }: ReplayRange & { actor: Actor },
): Promise<number> {
  const { store, newId, webhooks } = services;
  const query = { limit: 1, snapshotUrl: '' };
  const first = await readEntries(store, feed, { ...query, start: { time: from } });
  const [entry] = first.entries;
  if (!entry) return 0;
  const end =
    until === undefined
      ? await readEntries(store, feed, { ...query, start: 'now' })
      : await readEntries(store, feed, { ...query, start: { time: until } });
  const [behind] = end.entries;
  const last = behind ? sequenceOf(behind) - 1 : end.next.sequence;
  const sequence = sequenceOf(entry) - 1;
  if (last <= sequence) return 0;
  const replay = { id: newId(), generation: first.next.generation, sequence, until: last };
  await recordAct(services, ref, { operation: 'replay', actor });
  await retryLostRace(async () => {
    const stored = await store.read(cursorKey(ref, feed));
    const current = (stored?.document as WebhookCursor | undefined) ?? newCursor(ref, feed);
    const document = { ...current, replay, woken: current.woken + 1, due: current.due ?? services.now() };
    const change = stored
      ? ({ op: 'replace', document, ifVersion: stored.version } as const)
      : ({ op: 'create', document } as const);
    await store.commit(workPlaceOf(ref), [change]);
  });
  await webhooks.wake(feed);
  return last - sequence;
}
