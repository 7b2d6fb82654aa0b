import { forEachConcurrently } from '../../base/for-each-concurrently.ts';
import { webhookLimits } from '../../base/webhook-limits.ts';
import { type Attempt, attemptsChange } from './attempts.ts';
import { type BodyServices, type Delivery, readBodies } from './bodies.ts';
import { type CursorProgress, dueOf, type WebhookCursor } from './cursor.ts';
import { type DeliverServices, deliver } from './deliver.ts';
import type { Gate } from './gate.ts';
import { type HealthServices, noteFailure, noteSuccess } from './health.ts';
import { readWebhook } from './keep-webhooks.ts';
import type { Lease, Leases } from './lease.ts';
import { type Plan, planDeliveries, type Task } from './plan.ts';
import { lanesOf, type Outcome, progressAfter } from './progress.ts';
import { isLastAttempt, nextAttempt, type WebhookDocument } from './webhook.ts';

/** The services that deliver streams. */
export interface StreamServices extends HealthServices, BodyServices, DeliverServices {
  readonly leases: Leases;
  /** Logs that the store did not let a delivery happen. */
  readonly undelivered: (cause: unknown) => void;
  readonly pass: Gate;
  /** A number from 0 to 1. */
  readonly chance: () => number;
}

interface StreamRun {
  /** Tries one delivery although the endpoint is failing, and goes on if it succeeds. */
  readonly isProbe: boolean;
  /** Tries held events at once, because the endpoint is active again. */
  readonly isEager: boolean;
  /** True if no further delivery may begin. */
  readonly isOver: () => boolean;
}

/** Delivers what an endpoint has not got yet of one feed, as long as there is something and it is accepted. */
export class Stream {
  readonly #services: StreamServices;
  readonly #run: StreamRun;
  #lease: Lease;
  #progress: CursorProgress;
  #attempts: Attempt[] = [];
  #tried = 0;

  constructor(services: StreamServices, lease: Lease, run: StreamRun) {
    this.#services = services;
    this.#run = run;
    this.#lease = lease;
    const { held } = lease.cursor;
    const due = services.now();
    this.#progress = run.isEager
      ? { ...lease.cursor, held: held.map((one) => ({ ...one, due })) }
      : lease.cursor;
  }

  /** The number of deliveries that were begun. */
  get tried(): number {
    return this.#tried;
  }

  /**
   * Delivers. Yields the time of the next attempt in milliseconds since 1970; `undefined` if nothing waits for one.
   * Rejects with LeaseLostError or StoreError; then another run goes on.
   */
  async run(): Promise<number | undefined> {
    const { ref, feed } = this.#lease;
    const { store, now } = this.#services;
    while (this.#lease.cursor.lease) {
      const webhook = await readWebhook(store, ref);
      const isTrial = this.#run.isProbe && this.#tried === 0;
      const isOpen = webhook?.state === 'active' || (webhook?.state === 'failing' && isTrial);
      if (!webhook || !isOpen || this.#run.isOver()) {
        await this.#release({
          due: isOpen ? now() : undefined,
          isWaiting: true,
          isForced: this.#run.isOver(),
        });
        continue;
      }
      const max = isTrial ? 1 : webhookLimits.windowEventsMax;
      const services = { store, feed, webhook, now: now(), max, isProbe: isTrial };
      const plan = await planDeliveries(services, this.#progress);
      if (plan) await this.#carryOut(webhook, plan);
      else await this.#release({ due: dueOf(this.#progress) });
    }
    return this.#lease.cursor.due;
  }

  async #carryOut(webhook: WebhookDocument, plan: Plan): Promise<void> {
    const outcomes = await this.#send(webhook, plan.tasks);
    this.#progress = progressAfter(plan, outcomes, this.#services.now());
    if (plan.tasks.length > 0) await this.#keep((cursor) => cursor);
  }

  async #send(webhook: WebhookDocument, tasks: readonly Task[]): Promise<ReadonlyMap<number, Outcome>> {
    const outcomes = new Map<number, Outcome>();
    if (tasks.length === 0) return outcomes;
    const { now, pass } = this.#services;
    const { ref, feed } = this.#lease;
    const end = now() + webhookLimits.windowMilliseconds;
    let known = webhook;
    const mayBegin = () =>
      now() <= end && !this.#run.isOver() && (known.state === 'active' || this.#tried === 0);
    const entries = tasks.map(({ entry }) => entry);
    const deliveryOf = await readBodies(this.#services, feed, entries);
    const attempt = async (task: Task) => {
      if (!mayBegin()) return undefined;
      const { outcome, after } = await this.#attempt(known, task, deliveryOf(task.entry));
      known = after ?? known;
      return outcome;
    };
    await forEachConcurrently(lanesOf(tasks), webhookLimits.inFlightMax, async (lane) => {
      for (const task of lane) {
        const outcome = await pass(ref.id, () => attempt(task));
        if (outcome) outcomes.set(task.sequence, outcome);
        if (outcome !== 'sent') return;
      }
    });
    return outcomes;
  }

  async #attempt(
    webhook: WebhookDocument,
    { sequence, lane, attempts: before }: Task,
    delivery: Delivery,
  ): Promise<{ outcome: Outcome; after?: WebhookDocument | undefined }> {
    this.#tried += 1;
    const { now, chance } = this.#services;
    const { ref, feed } = this.#lease;
    const attempts = before + 1;
    const made = await deliver(this.#services, { ref, webhook, delivery, feed, attempt: attempts });
    this.#attempts.push(made.told);
    if (made.isAccepted) {
      const after = webhook.failures > 0 ? await noteSuccess(this.#services, ref) : undefined;
      return { outcome: 'sent', after };
    }
    const { status, retryAfterSeconds } = made.answer;
    const due = nextAttempt(now(), attempts, { retryAfterSeconds, chance: chance() });
    const isProbe = webhook.state === 'failing';
    const after = await noteFailure(this.#services, ref, { feed, status, due, isProbe });
    // If the endpoint is failing, it is at fault rather than the event.
    const isGivenUp = isLastAttempt(attempts) && after?.state === 'active';
    if (isGivenUp) this.#tellGivenUp(sequence);
    return { outcome: isGivenUp ? 'sent' : { sequence, lane, attempts, due }, after };
  }

  #tellGivenUp(sequence: number): void {
    const { ref, feed } = this.#lease;
    const { tenant, id: webhook } = ref;
    this.#services.log('warning', { event: 'webhook', tenant, webhook, state: 'givenUp', feed, sequence });
  }

  /** Ends the run. It goes on instead if somebody has called since it looked for events, unless it is forced. */
  async #release(end: { due: number | undefined; isWaiting?: boolean; isForced?: boolean }): Promise<void> {
    const { woken } = this.#lease.cursor;
    const { due, isWaiting = due !== undefined, isForced = false } = end;
    await this.#keep((cursor) => {
      if (cursor.woken !== woken && !isForced) return cursor;
      const waitingSince = isWaiting ? (cursor.waitingSince ?? this.#services.now()) : undefined;
      return { ...cursor, lease: undefined, due, waitingSince };
    });
  }

  /** Writes the progress and the attempts since the last time. */
  async #keep(edit: (cursor: WebhookCursor) => WebhookCursor): Promise<void> {
    const attempts = this.#attempts.splice(0);
    const others = attempts.length > 0 ? [attemptsChange(this.#services, this.#lease.ref, attempts)] : [];
    const known = this.#lease.cursor.replay?.id;
    const { generation, sequence, at, urgent, held, replay } = this.#progress;
    const withProgress = (cursor: WebhookCursor): WebhookCursor => ({
      ...{ ...cursor, generation, sequence, at, urgent, held },
      // An operator may have asked for another replay meanwhile.
      replay: cursor.replay?.id === known ? replay : cursor.replay,
    });
    const { leases } = this.#services;
    this.#lease = await leases.keep(this.#lease, (cursor) => edit(withProgress(cursor)), others);
    this.#progress = this.#lease.cursor;
  }
}
