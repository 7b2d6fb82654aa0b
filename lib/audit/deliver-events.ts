import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import { type EventDocument, eventKind } from '../directory/events.ts';
import { commitEach } from '../store/commit-once.ts';
import type { Change, Container } from '../store/document-store.ts';
import { type Closing, closeRuns } from './close-runs.ts';
import { deliverTenant, eventsIn } from './deliver-tenant.ts';
import type { QueuedEvent } from './delivery-draft.ts';
import type { AuditEvent } from './record.ts';

/** The request whose work the timer continues. */
type Cause = Pick<EventDocument, 'tenantId' | 'credential' | 'requestId'>;

/** Settles the accounts of users. */
type Settle = (cause: Cause, users: readonly string[]) => Promise<void>;

/** The services for delivering the events of all tenants. */
interface EventDelivery extends Closing {
  /** Settles the accounts of users, in case the request did not. */
  readonly settle: Settle;
  /** Called for each delivered event. */
  readonly done?: (kind: string) => void;
}

const queues = ['users', 'groups', 'audit'] as const satisfies readonly Container[];

/**
 * Settles the accounts that events concern, moves the events into the audit trail while time is left, and
 * closes the sync runs that are over. It may be interrupted, and two may run at the same time.
 *
 * A failure does not stop the delivery for other tenants. Throws an AggregateError of the failures at the
 * end.
 */
export async function deliverEvents(services: EventDelivery): Promise<void> {
  const { now } = services;
  const end = now() + limits.deliverySecondsMax * 1_000;
  const delivery = new Delivery(services, () => now() >= end);
  let round: Round;
  do round = await delivery.serve();
  while (round.moved > 0 && now() < end);
  const { behind, failures } = delivery;
  await closeRuns(services, { until: round.until, behind }).catch((thrown: unknown) => failures.push(thrown));
  if (failures.length > 0) throw new AggregateError(failures, 'Delivery failed for some events');
}

interface Round {
  /** The time, in milliseconds since 1970, before which only events of the tenants in `behind` wait. */
  readonly until: number;
  /** The number of events that were delivered or postponed. */
  readonly moved: number;
}

/** The delivery of one run of the timer. */
class Delivery {
  /** Tenants with events that could not be delivered. */
  readonly behind = new Set<string>();
  readonly failures: unknown[] = [];
  readonly #services: EventDelivery;
  readonly #isOver: () => boolean;

  constructor(services: EventDelivery, isOver: () => boolean) {
    this.#services = services;
    this.#isOver = isOver;
  }

  /** Delivers the events that are due, several tenants at a time. */
  async serve(): Promise<Round> {
    const { queued, until } = await this.#due();
    let moved = 0;
    await forEachConcurrently(byTenant(queued), limits.tenantsAtOnce, async ([tenantId, events]) => {
      if (this.#isOver()) return void this.behind.add(tenantId);
      const served = await this.#serveTenant(tenantId, events);
      moved += served;
    });
    return { until, moved };
  }

  /**
   * The events of all queues in the order of their times, up to the time `until`. Later ones wait, because a
   * queue that was not read to its end may have events between them.
   */
  async #due(): Promise<{ queued: readonly QueuedEvent[]; until: number }> {
    const { store, now } = this.#services;
    const due = { before: now(), limit: limits.maintenanceBatchMax };
    let until = due.before;
    const all: QueuedEvent[] = [];
    for (const container of queues) {
      const found = (await store.due(container, eventKind, due)).map(
        ({ document }) => document as AuditEvent,
      );
      if (found.length === due.limit) until = Math.min(until, found.at(-1)?.due ?? until);
      all.push(...found.map((event) => ({ container, event })));
    }
    const queued = all.filter(({ event }) => (event.due ?? 0) <= until);
    return { queued: queued.toSorted((a, b) => (a.event.at < b.event.at ? -1 : 1)), until };
  }

  /** Delivers events of one tenant. Yields the number of those that were delivered or postponed. */
  async #serveTenant(tenantId: string, events: readonly QueuedEvent[]): Promise<number> {
    const { ready, unsettled, failures } = await settleConcerned(this.#services.settle, events);
    this.failures.push(...failures);
    try {
      if (unsettled.length > 0) await this.#putOff(tenantId, unsettled);
      await deliverTenant(this.#services, tenantId, ready);
      for (const _ of ready) this.#services.done?.(eventKind);
      return events.length;
    } catch (thrown) {
      this.failures.push(thrown);
      return this.#putOff(tenantId, ready).then(
        () => events.length,
        () => 0,
      );
    }
  }

  /** Postpones events, so that those of other tenants are read. It ignores events that are gone. */
  async #putOff(tenantId: string, events: readonly QueuedEvent[]): Promise<void> {
    const { store, now } = this.#services;
    this.behind.add(tenantId);
    const set = { due: now() + limits.eventRetrySeconds * 1_000 };
    for (const container of queues) {
      const changes = eventsIn(container, events).map(
        ({ kind, id }): Change => ({ op: 'increment', kind, id, by: {}, set, ifAbsent: 'fail' }),
      );
      await commitEach(store, { container, tenantId }, changes);
    }
  }
}

function byTenant(queued: readonly QueuedEvent[]): ReadonlyMap<string, readonly QueuedEvent[]> {
  const tenants = new Map<string, QueuedEvent[]>();
  for (const one of queued) {
    const { tenantId } = one.event;
    const known = tenants.get(tenantId);
    if (known) known.push(one);
    else tenants.set(tenantId, [one]);
  }
  return tenants;
}

/**
 * Settles the users that a tenant's events concern, each once, in the name of the last request for it.
 * Events are `unsettled` if an account could not be settled. They must wait.
 */
async function settleConcerned(settle: Settle, events: readonly QueuedEvent[]) {
  const failures: unknown[] = [];
  const failed = new Set<string>();
  const causes = usersByCause(events).values();
  await forEachConcurrently(causes, limits.settlingsAtOnce, ({ cause, users }) =>
    settle(cause, users).catch((thrown: unknown) => {
      failures.push(thrown);
      for (const user of users) failed.add(user);
    }),
  );
  const isReady = (queued: QueuedEvent) => !usersOf(queued).some((user) => failed.has(user));
  return { ready: events.filter(isReady), unsettled: events.filter((one) => !isReady(one)), failures };
}

function usersByCause(events: readonly QueuedEvent[]) {
  const last = new Map<string, Cause>();
  for (const queued of events) for (const user of usersOf(queued)) last.set(user, queued.event);
  const causes = new Map<string, { cause: Cause; users: string[] }>();
  for (const [user, { tenantId, credential, requestId }] of last) {
    const name = `${credential} ${requestId}`;
    const known = causes.get(name);
    if (known) known.users.push(user);
    else causes.set(name, { cause: { tenantId, credential, requestId }, users: [user] });
  }
  return causes;
}

/** The ids of the users that an event concerns. Events in `audit` changed nothing and concern nobody. */
function usersOf({ container, event }: QueuedEvent): readonly string[] {
  if (container === 'audit') return [];
  const { resourceType, resource, users = [] } = event as EventDocument;
  return resourceType === 'User' ? [resource, ...users] : users;
}
