import { atMost } from '../../base/at-most.ts';
import { forEachConcurrently } from '../../base/for-each-concurrently.ts';
import { limits } from '../../base/limits.ts';
import { webhookLimits } from '../../base/webhook-limits.ts';
import { cached } from '../../keys/cached.ts';
import { commitOnce } from '../../store/commit-once.ts';
import type { Stored } from '../../store/document-store.ts';
import type { TimerRun } from '../../store/due-jobs.ts';
import { isTenantId } from '../../tenants/tenant-documents.ts';
import { attemptsKind, attemptsPrefix } from './attempts.ts';
import { feedsBehind } from './behind.ts';
import { cursorKey, cursorKind, cursorPrefix, type WebhookCursor } from './cursor.ts';
import { noteSuccess } from './health.ts';
import { editWebhook, listWebhooks, readWebhook, removeByPrefix } from './keep-webhooks.ts';
import { type Lease, LeaseLostError } from './lease.ts';
import { Stream, type StreamServices } from './stream.ts';
import {
  homeOf,
  refOf,
  type WebhookDocument,
  type WebhookRef,
  webhookKey,
  webhookKind,
  workPlaceOf,
} from './webhook.ts';

/** The longest delay after which this instance itself makes the next attempt; the timer makes later ones. */
const ownDelayMilliseconds = 60_000;
/** Time for which the end of the process waits for deliveries that are under way. */
const closingMilliseconds = 2_000;

/** Delivers the events of feeds to endpoints: those that this instance has entered, and what others have left. */
export class Webhooks {
  readonly #services: StreamServices;
  readonly #known: ReturnType<typeof cached<readonly WebhookRef[]>>;
  readonly #running = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(services: StreamServices) {
    this.#services = services;
    const { store, now } = services;
    const load = async (feed: string) => listWebhooks(store, isTenantId(feed) ? feed : undefined);
    this.#known = cached(load, { now, staleSecondsMax: 0 });
  }

  /**
   * Delivers what was entered in a feed. The promise resolves once a document says that events wait, so that the timer
   * goes on if this instance ends. Rejects with a StoreError.
   */
  async wake(feed: string): Promise<void> {
    const own = isTenantId(feed) ? this.#known.get(feed) : [];
    const lists = await Promise.all([own, this.#known.get(deploymentList)]);
    const refs = lists.flatMap((list) => list ?? []);
    await Promise.all(refs.map((ref) => this.#wakeStream(ref, feed)));
  }

  /** Lets this instance know at once that the endpoints of a tenant, or those for all tenants, have changed. */
  forget(tenant: string | undefined): void {
    this.#known.forget(tenant ?? deploymentList);
  }

  /** Does at once what the timer would do for an endpoint whose document was changed. */
  tendSoon(ref: WebhookRef): void {
    this.#background(this.#tend(ref, () => this.#isClosed));
  }

  /** Delivers what is due. Throws an AggregateError of what failed in the store; refusals of endpoints do not count. */
  async runDue({ now, store, done }: TimerRun): Promise<void> {
    const end = now() + webhookLimits.runSecondsMax * 1_000;
    const isOver = () => this.#isClosed || now() >= end;
    const range = { before: now(), limit: limits.maintenanceBatchMax };
    const due = await store.due('tenants', [webhookKind, cursorKind], range);
    const failures: unknown[] = [];
    await forEachConcurrently(due, webhookLimits.streamsAtOnce, async (stored) => {
      if (isOver()) return;
      const { kind } = stored.document;
      await this.#runOne(stored, isOver).then(
        () => done?.(kind),
        (thrown: unknown) => failures.push(thrown),
      );
    });
    // Streams that were woken in this run are delivered by this process, which may stand still after it.
    await atMost(Math.max(0, end - now()), Promise.all(this.#running));
    if (failures.length > 0) throw new AggregateError(failures, 'Some webhooks could not be worked on');
  }

  /** Waits for all deliveries of this instance that are under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Begins no further delivery, and waits a moment for those that are under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await atMost(closingMilliseconds, Promise.all(this.#running));
  }

  /** Removes the secrets of a tenant's endpoints, and the places of all others in its feed. */
  async removeTenant(tenantId: string): Promise<void> {
    const { store } = this.#services;
    const query = { ...workPlaceOf({ tenant: tenantId, id: '' }), kind: webhookKind, limit: 1_000 };
    for (const { document } of (await store.query(query)).documents) {
      await this.#removeSecrets(refOf(document), document as WebhookDocument);
    }
    for (const ref of await listWebhooks(store)) {
      const { kind, id } = cursorKey(ref, tenantId);
      await commitOnce(store, workPlaceOf(ref), [{ op: 'delete', kind, id }]);
    }
  }

  async #wakeStream(ref: WebhookRef, feed: string): Promise<void> {
    const webhook = await readWebhook(this.#services.store, ref);
    // Once it is active again, all its feeds are looked through.
    if (webhook?.state !== 'active') return;
    const lease = await this.#services.leases.take(ref, feed);
    if (lease) this.#background(this.#deliver(lease));
  }

  async #deliver(
    lease: Lease,
    { isProbe = false, isEager = false, isOver = () => this.#isClosed } = {},
  ): Promise<number> {
    const stream = new Stream(this.#services, lease, { isProbe, isEager, isOver });
    const due = await stream.run().catch((thrown: unknown) => {
      if (!(thrown instanceof LeaseLostError)) throw thrown;
    });
    const { ref, feed } = lease;
    const { now, store } = this.#services;
    const delay = due === undefined ? Number.POSITIVE_INFINITY : due - now();
    if (delay <= ownDelayMilliseconds) {
      setTimeout(() => this.#background(this.#wakeStream(ref, feed)), Math.max(delay, 0)).unref();
    }
    const webhook = stream.tried > 0 ? await readWebhook(store, ref) : undefined;
    if (webhook?.state === 'active' && webhook.catchUp !== undefined && webhook.catchUp <= now()) {
      this.tendSoon(ref);
    }
    return stream.tried;
  }

  #background(work: Promise<unknown>): void {
    const running = work
      // The timer repeats what the store has not let happen.
      .catch((cause: unknown) => this.#services.undelivered(cause))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #runOne({ document }: Stored, isOver: () => boolean): Promise<void> {
    if (document.kind === webhookKind) return this.#tend(refOf(document), isOver);
    const { webhook: id, feed, tenantId } = document as WebhookCursor;
    const ref = { id, tenant: isTenantId(tenantId) ? tenantId : undefined };
    const lease = await this.#services.leases.take(ref, feed);
    if (lease) await this.#deliver(lease, { isOver });
  }

  /** Does what is due for an endpoint itself. */
  async #tend(ref: WebhookRef, isOver: () => boolean): Promise<void> {
    const { store, now } = this.#services;
    const webhook = await readWebhook(store, ref);
    if (!webhook) return;
    if (webhook.state === 'deleted') return this.#finishDeletion(ref, webhook);
    if (webhook.secrets.some(({ until = Infinity }) => until <= now())) await this.#endSecrets(ref, webhook);
    const { state, probe, catchUp } = webhook;
    if (state === 'failing' && probe && probe.due <= now()) await this.#probe(ref, probe.feed, isOver);
    const current = await readWebhook(store, ref);
    if (current?.state === 'active' && (current.catchUp ?? catchUp ?? Infinity) <= now())
      await this.#catchUp(ref, current, isOver);
  }

  /** Tries one delivery. If none waits any more, nothing speaks against the endpoint. */
  async #probe(ref: WebhookRef, feed: string, isOver: () => boolean): Promise<void> {
    const lease = await this.#services.leases.take(ref, feed);
    if (!lease) return;
    const tried = await this.#deliver(lease, { isProbe: true, isOver });
    if (tried === 0 && !isOver()) await noteSuccess(this.#services, ref);
  }

  /** Delivers what waits for an endpoint in any feed. */
  async #catchUp(ref: WebhookRef, webhook: WebhookDocument, isOver: () => boolean): Promise<void> {
    const { store, leases } = this.#services;
    const behind = feedsBehind(store, ref, webhook);
    const worker = async () => {
      for await (const feed of behind) {
        if (isOver()) return;
        const lease = await leases.take(ref, feed);
        if (lease) await this.#deliver(lease, { isEager: true, isOver });
      }
    };
    await Promise.all(Array.from({ length: webhookLimits.streamsAtOnce }, worker));
    if (isOver()) return;
    await editWebhook(this.#services, ref, (current) =>
      current.catchUp === webhook.catchUp ? { webhook: { ...current, catchUp: undefined } } : undefined,
    );
  }

  async #endSecrets(ref: WebhookRef, { secrets }: WebhookDocument): Promise<void> {
    const { now } = this.#services;
    const ended = secrets.filter(({ until = Infinity }) => until <= now());
    for (const { version } of ended) await this.#services.secrets.remove(ref, version);
    await editWebhook(this.#services, ref, (webhook) => ({
      webhook: { ...webhook, secrets: webhook.secrets.filter(({ until = Infinity }) => until > now()) },
    }));
  }

  async #removeSecrets(ref: WebhookRef, { secrets }: WebhookDocument): Promise<void> {
    for (const { version } of secrets) await this.#services.secrets.remove(ref, version);
  }

  async #finishDeletion(ref: WebhookRef, webhook: WebhookDocument): Promise<void> {
    const { store } = this.#services;
    await this.#removeSecrets(ref, webhook);
    await removeByPrefix(store, { ...workPlaceOf(ref), kind: cursorKind }, cursorPrefix(ref));
    await removeByPrefix(store, { ...workPlaceOf(ref), kind: attemptsKind }, attemptsPrefix(ref));
    const { kind, id } = webhookKey(ref);
    await commitOnce(store, homeOf(ref), [{ op: 'delete', kind, id }]);
  }
}

/** The name of the list of endpoints for all tenants, which is that of no tenant. */
const deploymentList = '_webhooks';
