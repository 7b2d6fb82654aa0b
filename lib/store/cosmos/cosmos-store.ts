import {
  ConsistencyLevel,
  type CosmosClient,
  type Container as CosmosContainer,
  type Database,
  type RequestOptions,
} from '@azure/cosmos';
import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { forEachConcurrently } from '../../base/for-each-concurrently.ts';
import { limits } from '../../base/limits.ts';
import { copiedWithin, isIdentifier, requireIdentifier } from '../change-rules.ts';
import {
  type Change,
  type Container,
  type DocumentKey,
  type DocumentStore,
  type Drain,
  type DueRange,
  type FollowPage,
  type FollowStart,
  type Freshness,
  type Meter,
  type Page,
  type Partition,
  type Query,
  type Stored,
  StoreError,
  type StoreOperation,
  type WriteCheck,
} from '../document-store.ts';
import { followedKind } from '../indexes.ts';
import { readChanges } from './change-feed.ts';
import { type AccountAccess, connect } from './connect.ts';
import { containerDefinitions } from './containers.ts';
import { type OperationCost, recorded } from './exchange.ts';
import { type Item, toStored } from './item.ts';
import { planCount, planDrain, planDue, planQuery, type Statement } from './plan-query.ts';
import { writeOnce } from './write.ts';

interface CosmosOptions extends AccountAccess {
  readonly database: string;
  /** Makes the marks of writes, by which a write is recognised if its answer was lost. */
  readonly newId: () => string;
  readonly now: Clock;
  /** `limits.documentBytesMax` by default. */
  readonly documentBytesMax?: number;
}

/** Opens the store on a Cosmos DB account that has the database and containers. It connects when first used. */
export function openCosmosStore(options: CosmosOptions): DocumentStore {
  const {
    newId,
    now,
    documentBytesMax = limits.documentBytesMax,
    attemptMilliseconds = limits.storeAttemptMillisecondsMax,
  } = options;
  const client = connect(options);
  const database = client.database(options.database);
  const deadline = () => AbortSignal.timeout(attemptMilliseconds);
  return new CosmosStore({ client, database, newId, now, documentBytesMax, deadline }, []);
}

/** Creates the database and its containers if they are missing, on an emulator or a development account. */
export async function ensureContainers(options: Omit<CosmosOptions, 'newId' | 'now'>): Promise<void> {
  const client = connect(options);
  try {
    const { database } = await client.databases.createIfNotExists({ id: options.database });
    for (const { partitionKey, ...definition } of containerDefinitions) {
      await database.containers.createIfNotExists({
        ...definition,
        partitionKey: { ...partitionKey, paths: [...partitionKey.paths] } as never,
      });
    }
  } finally {
    client.dispose();
  }
}

interface Account {
  readonly client: CosmosClient;
  readonly database: Database;
  readonly newId: () => string;
  readonly now: Clock;
  readonly documentBytesMax: number;
  /** Makes the signal that ends an attempt. */
  readonly deadline: () => AbortSignal;
}

type ReadKey = DocumentKey & { readonly freshness?: Freshness };

class CosmosStore implements DocumentStore {
  readonly #account: Account;
  readonly #meters: readonly Meter[];

  constructor(account: Account, meters: readonly Meter[]) {
    this.#account = account;
    this.#meters = meters;
  }

  read(key: DocumentKey, freshness?: Freshness): Promise<Stored | undefined> {
    return this.#answer('read', (cost) => this.#readOne({ ...key, freshness }, cost));
  }

  readMany(keys: readonly DocumentKey[]): Promise<readonly (Stored | undefined)[]> {
    return this.#answer('readMany', async (cost) => {
      const found: (Stored | undefined)[] = [];
      await forEachConcurrently(keys.entries(), limits.readsAtOnce, async ([index, key]) => {
        found[index] = await this.#readOne(key, cost);
      });
      return found;
    });
  }

  commit(partition: Partition, changes: readonly Change[], check?: WriteCheck): Promise<void> {
    return this.#answer('commit', async (cost) => {
      if (changes.length === 0) return;
      const { documentBytesMax, deadline, newId, now } = this.#account;
      const copies = copiedWithin(documentBytesMax, changes);
      await writeOnce({
        container: this.#in(partition),
        partition,
        changes: copies,
        stamp: { mark: newId(), now: now() },
        cost,
        check,
        deadline,
        markOf: async (id) => (await this.#readItem({ ...partition, kind: 'any', id }, cost))?.writeMark,
      });
    });
  }

  query(query: Query): Promise<Page> {
    return this.#answer('query', async (cost) => {
      const items = await this.#select<Item>({ ...query, most: query.limit + 1 }, planQuery(query), cost);
      const documents = items.slice(0, query.limit).map(toStored);
      return { documents, more: items.length > query.limit };
    });
  }

  count(query: Omit<Query, 'order' | 'after' | 'offset' | 'limit'>): Promise<number> {
    return this.#answer('count', async (cost) => {
      const counts = await this.#select<number>(query, planCount(query), cost);
      return counts.reduce((sum, count) => sum + count, 0);
    });
  }

  due(container: Container, kinds: readonly string[], range: DueRange): Promise<readonly Stored[]> {
    return this.#answer('due', async (cost) => {
      const { tenantId, limit: most } = range;
      const source = { container, tenantId, most, freshness: 'recent' } as const;
      const items = await this.#select<Item>(source, planDue(kinds, range), cost);
      return items.map(toStored);
    });
  }

  follow(container: Container, start: FollowStart, limit: number): Promise<FollowPage | undefined> {
    return this.#answer('follow', async (cost) => {
      const persist = <T>(attempt: () => Promise<T>) => this.#persist(cost, attempt);
      const changes = await readChanges(this.#in({ container }), { start, limit }, persist);
      if (!changes) return undefined;
      const { items, ...rest } = changes;
      cost.examined += items.length;
      return {
        ...rest,
        documents: items.filter(({ kind }) => kind === followedKind(container)).map(toStored),
      };
    });
  }

  /** Does nothing, because Cosmos DB removes expired documents itself. */
  async sweep(): Promise<void> {}

  drain(partition: Drain, limit: number): Promise<number> {
    return this.#answer('drain', async (cost) => {
      const most = Math.min(limit, limits.batchChangesMax);
      const found = await this.#select<Item>({ ...partition, most }, planDrain(partition, most), cost);
      await this.#removeAll(
        partition,
        found.map(({ id }) => id),
        cost,
      );
      return found.length;
    });
  }

  metered(meter: Meter): DocumentStore {
    return new CosmosStore(this.#account, [...this.#meters, meter]);
  }

  async close(): Promise<void> {
    this.#account.client.dispose();
  }

  async #answer<T>(operation: StoreOperation, work: (cost: OperationCost) => Promise<T>): Promise<T> {
    const cost: OperationCost = { examined: 0, requestUnits: 0 };
    let failure: unknown;
    try {
      return await work(cost);
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      for (const meter of this.#meters) {
        meter.operation?.(operation, cost.examined, cost.requestUnits);
        meter.outcome?.(operation, failure);
      }
    }
  }

  /** Repeats an attempt after transient failures. Use it only for attempts that may be repeated. */
  async #persist<T>(cost: OperationCost, attempt: () => Promise<T>): Promise<T> {
    const backoff = new Backoff();
    for (;;) {
      const outcome = await recorded(cost, attempt);
      if ('result' in outcome) return outcome.result;
      await backoff.wait(outcome.failure);
    }
  }

  async #readOne(key: ReadKey, cost: OperationCost): Promise<Stored | undefined> {
    const item = await this.#readItem(key, cost);
    if (item?.kind !== key.kind) return undefined;
    cost.examined += 1;
    return toStored(item);
  }

  async #readItem(key: ReadKey, cost: OperationCost): Promise<Item | undefined> {
    requireIdentifier(key.tenantId, "a tenant's id");
    requireIdentifier(key.kind, 'a kind');
    if (!isIdentifier(key.id)) return undefined;
    const item = this.#in(key).item(key.id, key.tenantId);
    const { resource, substatus } = await this.#persist(cost, () =>
      item.read<Item>({ ...consistencyFor(key), abortSignal: this.#account.deadline() }),
    );
    // A missing container answers 404 as a missing document does, which would make every directory seem empty.
    if (!resource && substatus === containerMissing) {
      throw new StoreError('unavailable', { cause: new Error(`There is no container ${key.container}`) });
    }
    return resource;
  }

  async #select<T>(
    source: { container: Container; tenantId?: string; most?: number; freshness?: Freshness },
    { query, parameters }: Statement,
    cost: OperationCost,
  ): Promise<readonly T[]> {
    const { tenantId, most } = source;
    // Without a number the SDK would fetch ten documents at a time in a query of all partitions.
    const options = { populateQueryMetrics: true, maxItemCount: most, partitionKey: tenantId };
    const before = cost.examined;
    const { resources } = await this.#persist(cost, () =>
      this.#in(source)
        .items.query<T>(
          { query, parameters },
          { ...options, ...consistencyFor(source), abortSignal: this.#account.deadline() },
        )
        .fetchAll(),
    );
    const returned = typeof resources[0] === 'object' ? resources.length : 0;
    cost.examined = Math.max(cost.examined, before + returned);
    return resources;
  }

  /** Removes documents in one batch, or one by one if another run has removed some of them. */
  async #removeAll(partition: Partition, ids: readonly string[], cost: OperationCost): Promise<void> {
    if (ids.length === 0) return;
    const operations = ids.map((id) => ({ operationType: 'Delete' as const, id }));
    const { code = 0 } = await this.#persist(cost, () =>
      this.#in(partition).items.batch(operations, partition.tenantId, {
        abortSignal: this.#account.deadline(),
      }),
    );
    if (code >= 200 && code < 300 && code !== 207) return;
    for (const id of ids) await this.#remove(partition, id, cost);
  }

  async #remove(partition: Partition, id: string, cost: OperationCost): Promise<void> {
    const item = this.#in(partition).item(id, partition.tenantId);
    await this.#persist(cost, async () => {
      try {
        await item.delete({ abortSignal: this.#account.deadline() });
      } catch (thrown) {
        if ((thrown as { code?: number }).code !== 404) throw thrown;
      }
    });
  }

  #in({ container }: { container: Container }): CosmosContainer {
    return this.#account.database.container(container);
  }
}

/** The consistency of a read; by default that of the account. A session shows what this process has written. */
function consistencyFor({ freshness }: { readonly freshness?: Freshness }): RequestOptions {
  return freshness === 'recent' ? { consistencyLevel: ConsistencyLevel.Session } : {};
}

/** The substatus of a 404 for a missing container. */
const containerMissing = 1003;
