import { v7 as newId } from 'uuid';
import { expect, test } from 'vitest';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readGroup, writeGroup } from '../../lib/directory/members/groups.ts';
import { readResource, writeResource } from '../../lib/directory/resources.ts';
import { restoreResource } from '../../lib/directory/restore.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { entryId, entryKind, type FeedEntry, feedPartition } from '../../lib/feed/entries.ts';
import { eventTypeOf } from '../../lib/feed/event-types.ts';
import { readHead, Stamper } from '../../lib/feed/stamp.ts';
import type { ResourceType } from '../../lib/scim/schema/attribute.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import { type RecordDocument, recordKind } from '../../lib/store/change-document.ts';
import { type DocumentStore, StoreError } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { interceptCommits, override } from '../../lib/store/store-until.ts';
import type { Random } from '../../tools/client/random.ts';
import { range } from '../api/client.ts';
import { deliver } from '../audit/delivery.ts';
import { asMembers, openDirectory } from '../directory/directory.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { drawnChoices } from '../support/chance.ts';
import { openAccount } from '../support/engine.ts';

const tenantId = 'tenant';

interface Opened {
  readonly store: DocumentStore;
  readonly close: () => Promise<unknown>;
}

const engines: Readonly<Record<string, () => Promise<Opened>>> = {
  async embedded() {
    const store = openEmbeddedStore({ path: ':memory:' });
    return { store, close: () => store.close() };
  },
  // Batches, conditions and documents that are due are those of Cosmos DB; its consistency between regions is not.
  async cosmos() {
    const { endpoint, close } = await startEmulator();
    const store = await openAccount({ endpoint, database: 'exactness', auth: { key: emulatorKey } });
    return { store, close: () => store.close().then(close) };
  },
};

/** A tenth of the calls fail while it is told to, half of them after they were carried out. */
function failing(store: DocumentStore, choices: Random, isFailing: () => boolean): DocumentStore {
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    const fails = isFailing() && choices.chance(0.1);
    if (fails && choices.chance(0.5)) throw new StoreError('unavailable');
    const result = await work();
    if (fails) throw new StoreError('unavailable');
    return result;
  };
  return override(store, (inner) => ({
    read: (key, freshness) => call(() => inner.read(key, freshness)),
    readMany: (keys) => call(() => inner.readMany(keys)),
    commit: (partition, changes) => call(() => inner.commit(partition, changes)),
    query: (query) => call(() => inner.query(query)),
    due: (container, kinds, due) => call(() => inner.due(container, kinds, due)),
  }));
}

/** The state of a test that its instances share. */
interface Shared {
  readonly choices: Random;
  readonly born: Set<string>;
}

/** An instance with a clock of its own, which changes the objects of a tenant, enters and delivers. */
function openInstance(scope: DirectoryScope, { choices, born }: Shared) {
  const { store, now } = scope;
  const stamper = new Stamper({ store, now, newId, daysOf: async () => 30, entered: () => {} });
  const change = async (type: ResourceType, id: string, attributes: object) => {
    const before = await readResource(scope, type, id);
    // Ids are never given twice.
    if (!before && born.has(id)) return;
    born.add(id);
    const resource = { ...before?.document.resource, ...attributes };
    await writeResource(scope, type, { id, before, resource, operation: before ? 'modify' : 'create' });
  };
  const changeMember = async (n: number) => {
    const before = await readGroup(scope, groupType, `group${n}`);
    const [user, isAdded] = [`member${choices.below(3)}`, choices.chance(0.5)];
    const members = { add: asMembers(isAdded ? [user] : []), remove: new Set(isAdded ? [] : [user]) };
    if (before)
      await writeGroup(scope, { type: groupType, id: `group${n}`, before, members, operation: 'modify' });
  };
  const acts: readonly ((n: number) => Promise<unknown>)[] = [
    (n) => change(userType, `user${n}`, { userName: `name${n}`, title: newId() }),
    (n) => change(userType, `user${n}`, { userName: `name${n}`, active: choices.chance(0.5) }),
    (n) => change(groupType, `group${n}`, { displayName: `name ${newId()}` }),
    (n) => changeMember(n),
    async (n) => {
      const stored = await readResource(scope, userType, `user${n}`);
      if (stored) await deleteFromDirectory(scope, userType, { stored, graceDays: 30 });
    },
    (n) => restoreResource(scope, userType, `user${n}`),
  ];
  const enter = () => stamper.stampWaiting(tenantId);
  const deliverAll = () =>
    deliver({ scope } as Parameters<typeof deliver>[0], {
      stamp: (id, records) => stamper.stamp(id, records),
    });
  const act = () => choices.pick(acts)(choices.below(3));
  return {
    enter,
    deliverAll,
    any: () =>
      choices
        .pick([act, act, act, act, enter, deliverAll])()
        .catch(() => {}),
  };
}

async function entriesOf(store: DocumentStore): Promise<readonly FeedEntry[]> {
  const order = { path: ['order', 'sequence'], descending: false };
  const page = await store.query({ ...feedPartition(tenantId), kind: entryKind, order, limit: 10_000 });
  return page.documents.map(({ document }) => document as FeedEntry);
}

test.each([
  ['embedded', 6, 60],
  ['cosmos', 1, 35],
] as const)(
  'two instances whose clocks differ by five minutes, and a tenth of whose calls fail, enter each change once and in ' +
    'the order of revisions (%s)',
  async (engine, rounds, steps) => {
    let told = 0;
    for (let round = 0; round < rounds; round += 1) {
      const choices = drawnChoices(38, round);
      const { store, close } = await (engines[engine] as () => Promise<Opened>)();
      await using directory = openDirectory();
      const records = new Map<string, RecordDocument>();
      const watched = interceptCommits(store, (inner) => async (partition, changes) => {
        await inner.commit(partition, changes);
        for (const change of changes) {
          if (change.op === 'create' && change.document.kind === recordKind)
            records.set(change.document.id, change.document as RecordDocument);
        }
      });
      const shared: Shared = { choices, born: new Set() };
      let isFailing = true;
      const { clock } = directory;
      const instances = [0, 300_000].map((ahead) => {
        const own = failing(watched, choices, () => isFailing);
        return openInstance({ ...directory.on(own), now: () => clock.time + ahead }, shared);
      });
      for (let step = 0; step < steps; step += 1) {
        clock.time += choices.below(20_000);
        await Promise.all(range(choices.below(5)).map(() => choices.pick(instances).any()));
      }
      isFailing = false;
      for (const { enter, deliverAll } of instances) {
        await enter();
        clock.time += 700_000;
        await deliverAll();
      }

      const entries = await entriesOf(store);
      expect(entries.map(({ order }) => Number(order.sequence))).toEqual(
        range(entries.length).map((n) => n + 1),
      );
      expect((await readHead(store, tenantId))?.sequence).toBe(entries.length);
      const expected = [...records.values()].filter(eventTypeOf).map(({ id }) => entryId(id));
      expect(entries.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
      const revisions = new Map<string, number>();
      const members = new Set<string>();
      for (const { object, type, revision = 0, added = [], removed = [] } of entries) {
        for (const user of added) members.add(`${object} ${user}`);
        for (const user of removed) members.delete(`${object} ${user}`);
        // A delta has a revision that its group had at least.
        if (type === 'group.members_changed') continue;
        expect(revision).toBeGreaterThan(revisions.get(object) ?? 0);
        revisions.set(object, revision);
      }
      const present = await store.query({ container: 'groups', tenantId, kind: 'member', limit: 100 });
      const memberships = present.documents.map(({ document: { group, user } }) => `${group} ${user}`);
      expect([...members].toSorted()).toEqual(memberships.toSorted());
      told += entries.length;
      await close();
    }
    expect(told).toBeGreaterThan(rounds * 10);
  },
  60_000,
);
