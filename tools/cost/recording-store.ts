import { toBatch } from '../../lib/store/cosmos/write.ts';
import type {
  Change,
  Container,
  DocumentKey,
  DocumentStore,
  Partition,
  Stored,
  StoreOperation,
} from '../../lib/store/document-store.ts';
import {
  creationUnits,
  deletionUnits,
  type Kept,
  patchUnits,
  queryUnits,
  readUnits,
  replacementUnits,
} from './charges.ts';
import { keptAs } from './kept.ts';

/** The cost of one store operation on Cosmos DB, in request units at session consistency. */
export interface StoreWork {
  readonly operation: StoreOperation;
  readonly reads: number;
  /** Of reads that may be recent, which cost the same under every consistency. */
  readonly recent: number;
  readonly writes: number;
  /** The documents that it creates. */
  readonly created: readonly (Kept & { readonly kind: string })[];
}

/** The mark and the id of a batch whose documents are not stored. */
const mark = '00000000-0000-7000-8000-000000000000';

/** Wraps a store so that `note` receives the cost of each operation; its own look-ups are not counted. */
export function recordingStore(store: DocumentStore, note: (work: StoreWork) => void): DocumentStore {
  const nothing = { reads: 0, recent: 0, writes: 0, created: [] };
  const read = (operation: StoreOperation, reads: number) => note({ ...nothing, operation, reads });
  const readRecent = (operation: StoreOperation, recent: number) => note({ ...nothing, operation, recent });
  return {
    async read(key, freshness) {
      const stored = await store.read(key, freshness);
      (freshness === 'recent' ? readRecent : read)('read', readUnits(bytesOf(key, stored)));
      return stored;
    },
    async readMany(keys) {
      const found = await store.readMany(keys);
      const units = keys.map((key, position) => readUnits(bytesOf(key, found[position])));
      read(
        'readMany',
        units.reduce((sum, one) => sum + one, 0),
      );
      return found;
    },
    async commit(partition, changes) {
      const keys = changes.map((change) => keyOf(partition, change));
      const before = await keptOf(store, keys);
      await store.commit(partition, changes);
      if (changes.length === 0) return;
      const after = await keptOf(store, keys);
      note(commitWork(partition, changes, { before, after }));
    },
    async query(query) {
      const page = await store.query(query);
      const sizes = page.documents.map((stored) => bytesOf(query, stored));
      // Cosmos DB loads one more document to know whether more follow.
      read('query', queryUnits(page.more ? [...sizes, sizes.at(-1) ?? 0] : sizes));
      return page;
    },
    async count(query) {
      const count = await store.count(query);
      read('count', queryUnits([]));
      return count;
    },
    async due(container, kinds, due) {
      const documents = await store.due(container, kinds, due);
      readRecent('due', queryUnits(documents.map((stored) => bytesOf({ container }, stored))));
      return documents;
    },
    async follow(container, start, limit) {
      const page = await store.follow(container, start, limit);
      readRecent(
        'follow',
        queryUnits((page?.documents ?? []).map((stored) => bytesOf({ container }, stored))),
      );
      return page;
    },
    // Cosmos DB removes expired documents itself, and this tool deletes no tenants.
    sweep: (expired) => store.sweep(expired),
    drain: (partition, limit) => store.drain(partition, limit),
    metered: (meter) => recordingStore(store.metered(meter), note),
    close: () => store.close(),
  };
}

function bytesOf({ container }: { readonly container: Container }, stored: Stored | undefined): number {
  return stored ? keptAs(container, stored.document).bytes : 0;
}

function keyOf(partition: Partition, change: Change): DocumentKey {
  const { kind, id } = 'document' in change ? change.document : change;
  return { ...partition, kind, id };
}

type Keeping = readonly (Kept | undefined)[];

async function keptOf(store: DocumentStore, keys: readonly DocumentKey[]): Promise<Keeping> {
  const found = await store.readMany(keys);
  return found.map(
    (stored, position) => stored && keptAs(keys[position]?.container ?? 'users', stored.document),
  );
}

const nothing: Kept = { bytes: 0, terms: new Set() };

function commitWork(
  partition: Partition,
  changes: readonly Change[],
  { before, after }: { before: Keeping; after: Keeping },
): StoreWork {
  const units = changes.map((change, position) => changeUnits(change, before[position], after[position]));
  const created = changes.flatMap(({ op }, position) => {
    const [old, kept] = [before[position], after[position]];
    const { kind } = keyOf(partition, changes[position] as Change);
    return kept && !old && (op === 'create' || op === 'increment') ? [{ kind, ...kept }] : [];
  });
  const writes = [...units, witnessUnits(partition, changes)].reduce((sum, one) => sum + one, 0);
  return { operation: 'commit', reads: 0, recent: 0, writes, created };
}

function changeUnits(change: Change, before = nothing, after = nothing): number {
  switch (change.op) {
    case 'create':
      return creationUnits(after);
    case 'replace':
      return replacementUnits(before, after);
    case 'delete':
      return deletionUnits(before);
    case 'increment': {
      if (before === nothing) return creationUnits(after);
      // The batch's mark is a property too.
      const properties = 1 + Object.keys(change.by).length + Object.keys(change.set ?? {}).length;
      return patchUnits(before, after, properties);
    }
  }
}

/** The cost of the witness document that a batch brings if it creates and replaces nothing; it expires later. */
function witnessUnits(partition: Partition, changes: readonly Change[]): number {
  const { operations } = toBatch(partition, changes, { stamp: { mark, now: 0 }, absent: new Set() });
  const last = operations.at(-1);
  const isWitness =
    last && 'resourceBody' in last && 'kind' in last.resourceBody && last.resourceBody.kind === 'write';
  if (!isWitness) return 0;
  const kept = keptAs(partition.container, {
    id: `write:${mark}`,
    kind: 'write',
    tenantId: partition.tenantId,
  });
  return creationUnits(kept) + deletionUnits(kept);
}
