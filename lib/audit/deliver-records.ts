import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import { type FollowUp, type RecordDocument, recordKind } from '../store/change-document.ts';
import { commitEach } from '../store/commit-once.ts';
import type { Change, Container, Partition } from '../store/document-store.ts';
import { takeTurn } from '../store/turns.ts';
import { type Closing, closeRuns } from './close-runs.ts';
import { deliverTenant } from './deliver-tenant.ts';
import { type DueRecord, recordsIn } from './record.ts';

/** The request whose work the timer continues. */
export type Cause = Pick<RecordDocument, 'tenantId' | 'credential' | 'requestId'>;

/** The services for delivering the records of all tenants. */
export interface RecordDelivery extends Closing {
  /** Enters recorded changes of a tenant into the feed. */
  readonly stamp: (tenantId: string, records: readonly RecordDocument[]) => Promise<void>;
  /** Removes what clients have written for a tenant after the end of their synchronisation. */
  readonly removeLateWrites: (tenantId: string, records: readonly RecordDocument[]) => Promise<void>;
  /** Settles the accounts of users, in case the request did not. */
  readonly settle: (cause: Cause, users: readonly string[]) => Promise<void>;
  /** Completes work that follows from a change, in case the request did not. Does nothing if it is done. */
  readonly follow: (cause: Cause, followUp: FollowUp) => Promise<void>;
  /** Called for each delivered record. */
  readonly done?: (kind: string) => void;
}

const sources = ['users', 'groups', 'tenants', 'audit'] as const satisfies readonly Container[];

/**
 * Completes what follows from recorded changes, counts the records in their sync runs while time is left, and
 * closes the runs that are over. It may be interrupted, and two may run at the same time.
 *
 * A failure does not stop the delivery for other tenants. Throws an AggregateError of the failures at the
 * end.
 */
export async function deliverRecords(services: RecordDelivery): Promise<void> {
  const { now } = services;
  const end = now() + limits.deliverySecondsMax * 1_000;
  const delivery = new Delivery({ delivered: new Map(), ...services }, () => now() >= end);
  let round: Round;
  do round = await delivery.serve();
  while (round.served > 0 && now() < end);
  const { behind, failures } = delivery;
  await closeRuns(services, { until: round.until, behind }).catch((thrown: unknown) => failures.push(thrown));
  if (failures.length > 0) throw new AggregateError(failures, 'Delivery failed for some records');
}

interface Round {
  /** The time, in milliseconds since 1970, before which only records of the tenants in `behind` wait. */
  readonly until: number;
  /** The number of records that were delivered or postponed. */
  readonly served: number;
}

/**
 * Delivers the records of a partition that wait, right after its changes.
 * Rejects with the failures; the timer repeats what is left.
 */
export async function deliverSoon(
  services: RecordDelivery,
  { container, tenantId }: Partition,
): Promise<void> {
  const delivery = new Delivery(services, () => false);
  await delivery.serveInTurn(tenantId, [container]);
  if (delivery.failures.length > 0)
    throw new AggregateError(delivery.failures, 'Some records wait for the timer');
}

/** The delivery of one run. */
class Delivery {
  /** Tenants with records that could not be delivered. */
  readonly behind = new Set<string>();
  readonly failures: unknown[] = [];
  readonly #services: RecordDelivery;
  readonly #isOver: () => boolean;

  constructor(services: RecordDelivery, isOver: () => boolean) {
    this.#services = services;
    this.#isOver = isOver;
  }

  /** Delivers the records that are due, several tenants at a time. */
  async serve(): Promise<Round> {
    const { due, until } = await this.#due();
    let served = 0;
    await forEachConcurrently(byTenant(due), limits.tenantsAtOnce, async ([tenantId, found]) => {
      if (this.#isOver()) return void this.behind.add(tenantId);
      const containers = sources.filter((container) => recordsIn(container, found).length > 0);
      const number = await this.serveInTurn(tenantId, containers);
      served += number;
    });
    return { until, served };
  }

  /**
   * The records of all containers in the order of their times, up to the time `until`. Later ones wait, because
   * a container that was not read to its end may have records between them.
   */
  async #due(): Promise<{ due: readonly DueRecord[]; until: number }> {
    const { store, now } = this.#services;
    const range = { before: now(), limit: limits.maintenanceBatchMax };
    let until = range.before;
    const all: DueRecord[] = [];
    for (const container of sources) {
      const found = (await store.due(container, [recordKind], range)).map(({ document, version }) => ({
        container,
        record: document as RecordDocument,
        version,
      }));
      if (found.length === range.limit) until = Math.min(until, found.at(-1)?.record.due ?? until);
      all.push(...found);
    }
    const due = all.filter(({ record }) => (record.due ?? 0) <= until);
    return { due: due.toSorted((a, b) => (a.record.at < b.record.at ? -1 : 1)), until };
  }

  /**
   * Delivers the records of one tenant that wait in some containers, once no other delivery of this process works for
   * it. Yields the number of those that were delivered or postponed.
   */
  async serveInTurn(tenantId: string, containers: readonly Container[]): Promise<number> {
    let end = () => {};
    try {
      end = await takeTurn({ resource: `delivery ${tenantId}`, isShared: false });
      const records = await waitingRecords(this.#services, tenantId, containers);
      return records.length > 0 ? await this.#serve(tenantId, records) : 0;
    } catch (thrown) {
      this.behind.add(tenantId);
      this.failures.push(thrown);
      return 0;
    } finally {
      end();
    }
  }

  async #serve(tenantId: string, records: readonly DueRecord[]): Promise<number> {
    try {
      // First, because what the product hears must not wait for the work that follows.
      await this.#services.stamp(
        tenantId,
        records.map(({ record }) => record),
      );
      const late = records.map(({ record }) => record);
      await this.#services.removeLateWrites(tenantId, late);
      const { ready, unfinished, failures } = await finishWork(this.#services, records);
      this.failures.push(...failures);
      if (unfinished.length > 0) await this.#putOff(tenantId, unfinished);
      await deliverTenant(this.#services, tenantId, ready);
      for (const _ of ready) this.#services.done?.(recordKind);
      return records.length;
    } catch (thrown) {
      this.failures.push(thrown);
      return this.#putOff(tenantId, records).then(
        () => records.length,
        () => 0,
      );
    }
  }

  /** Postpones records, so that those of other tenants are read. It leaves out those that have changed. */
  async #putOff(tenantId: string, records: readonly DueRecord[]): Promise<void> {
    const { store, now } = this.#services;
    this.behind.add(tenantId);
    const due = now() + limits.recordRetrySeconds * 1_000;
    for (const container of sources) {
      const changes = recordsIn(container, records).map(
        ({ record, version: ifVersion }): Change => ({
          op: 'replace',
          document: { ...record, due },
          ifVersion,
        }),
      );
      await commitEach(store, { container, tenantId }, changes);
    }
  }
}

/** Reads the records of a tenant that wait, the earliest first, also those of instances whose clocks are ahead. */
async function waitingRecords(
  { store, now }: RecordDelivery,
  tenantId: string,
  containers: readonly Container[],
): Promise<readonly DueRecord[]> {
  const before = now() + limits.instanceSkewSeconds * 1_000;
  const range = { before, limit: limits.maintenanceBatchMax, tenantId };
  const found = await Promise.all(
    containers.map(async (container) =>
      (await store.due(container, [recordKind], range)).map(
        ({ document, version }): DueRecord => ({ container, record: document as RecordDocument, version }),
      ),
    ),
  );
  return found.flat().toSorted((a, b) => (a.record.at < b.record.at ? -1 : 1));
}

function byTenant(due: readonly DueRecord[]): ReadonlyMap<string, readonly DueRecord[]> {
  const tenants = new Map<string, DueRecord[]>();
  for (const one of due) {
    const { tenantId } = one.record;
    const known = tenants.get(tenantId);
    if (known) known.push(one);
    else tenants.set(tenantId, [one]);
  }
  return tenants;
}

/**
 * Finishes the work that follows from a tenant's records: each user and each follow-up once, in the name of the
 * last request for it. Records are `unfinished` if some of their work failed. They must wait.
 */
async function finishWork({ settle, follow }: RecordDelivery, records: readonly DueRecord[]) {
  const failures: unknown[] = [];
  const failed = new Set<string>();
  const attempt = (names: readonly string[], work: Promise<void>) =>
    work.catch((thrown: unknown) => {
      failures.push(thrown);
      for (const name of names) failed.add(name);
    });
  const { settlings, followUps } = workOf(records);
  for (const [followUp, cause] of followUps) await attempt([followUp], follow(cause, followUp));
  await forEachConcurrently(settlings, limits.settlingsAtOnce, ({ cause, users }) =>
    attempt(users, settle(cause, users)),
  );
  const isReady = (due: DueRecord) =>
    ![...usersOf(due), ...(due.record.followUps ?? [])].some((name) => failed.has(name));
  return { ready: records.filter(isReady), unfinished: records.filter((one) => !isReady(one)), failures };
}

function workOf(records: readonly DueRecord[]) {
  const users = new Map<string, Cause>();
  const followUps = new Map<FollowUp, Cause>();
  for (const due of records) {
    const { tenantId, credential, requestId, followUps: named = [] } = due.record;
    const cause = { tenantId, credential, requestId };
    for (const user of usersOf(due)) users.set(user, cause);
    for (const followUp of named) followUps.set(followUp, cause);
  }
  const settlings = new Map<string, { cause: Cause; users: string[] }>();
  for (const [user, cause] of users) {
    const name = `${cause.credential} ${cause.requestId}`;
    const known = settlings.get(name);
    if (known) known.users.push(user);
    else settlings.set(name, { cause, users: [user] });
  }
  return { settlings: [...settlings.values()], followUps };
}

/** The ids of the users that a record concerns. Records in `audit` changed nothing and concern nobody. */
function usersOf({ container, record }: DueRecord): readonly string[] {
  if (container === 'audit' || record.isFinal) return [];
  const { resourceType, resource = '', users = [], event: { added = [], removed = [] } = {} } = record;
  const concerned = resourceType === 'Group' ? [...users, ...added, ...removed] : users;
  return resourceType === 'User' ? [resource, ...concerned] : concerned;
}
