import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { Condition } from '../../../lib/scim/filter/condition.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';
import type { Document, DocumentStore, Order, Partition, Query } from '../../../lib/store/document-store.ts';
import { countingMeter, documentIn, freshPartition, idsOf, seed } from './open-store.ts';

type Current = () => DocumentStore;

/** One that every engine has an index for. */
const byName: Order = { path: ['order', 'displayName'], descending: false };
const longest = '\u{1f680}'.repeat(limits.sortedCharactersMax);

/** Texts that sort otherwise by code unit, by escape or by length than they do by code point. */
const texts = ['', 'a', 'a', 'a\u0000', 'a!', 'a/b', 'aa', 'a~', 'b', 'ä', '\uffee', '\u{1f600}', longest];

const isChief: Condition = { kind: 'compare', path: ['search', 'title'], op: 'eq', value: 'chief' };
const externalId = (value: string): Condition => ({
  kind: 'compare',
  path: ['search', 'externalId'],
  op: 'eq',
  value,
});

/** Forty documents: most texts twice or more, some without, a third of them chief. */
function people(partition: Partition): readonly Document[] {
  return Array.from({ length: 40 }, (_, n) =>
    documentIn(partition, `u-${String(n).padStart(2, '0')}`, {
      order: { displayName: n % 7 === 0 ? null : (texts[(n * 5) % texts.length] ?? null) },
      created: `2030-01-${10 + (n % 5)}`,
      lastModified: `2030-02-${10 + (n % 3)}`,
      search: { externalId: `x-${n % 8}`, ...(n % 3 === 0 && { title: 'chief' }) },
    }),
  );
}

async function populated(store: DocumentStore) {
  const partition = freshPartition();
  const documents = people(partition);
  await seed(store, partition, documents.toReversed());
  await seed(store, partition, [documentIn(partition, 'count:0', { kind: 'count' })]);
  const neighbour = freshPartition();
  await seed(store, neighbour, people(neighbour));
  return { partition, documents, all: { ...partition, kind: 'user' } };
}

export function orderContract(current: Current): void {
  describe('query() in an order', () => {
    test('sorts by code points, alike texts by id, and puts what has none last', async () => {
      const store = current();
      const partition = freshPartition();
      const documents = [null, ...texts.toReversed()].map((displayName, n) =>
        documentIn(partition, `id-${String(n).padStart(2, '0')}`, { order: { displayName } }),
      );
      await seed(store, partition, documents);
      const read = async (descending: boolean) => {
        const order = { ...byName, descending };
        const page = await store.query({ ...partition, kind: 'user', order, limit: 50 });
        return page.documents.map(({ document }) => [document.order?.displayName, document.id]);
      };
      const ascending = await read(false);

      expect(ascending.map(([name]) => name)).toEqual([...texts, null]);
      expect(ascending.filter(([name]) => name === 'a')).toEqual([
        ['a', 'id-11'],
        ['a', 'id-12'],
      ]);
      const descending = await read(true);
      expect(descending.map(([name]) => name)).toEqual([null, ...texts.toReversed()]);
      expect(descending.filter(([name]) => name === 'a').map(([, id]) => id)).toEqual(['id-11', 'id-12']);
    });

    test('reads any page of any order and condition as a scan would', async () => {
      const store = current();
      const { documents, all } = await populated(store);
      await fc.assert(
        fc.asyncProperty(drawnQuery(documents), async (drawn) => {
          const query: Query = { ...all, ...drawn };
          expect(await idsOf(store, query)).toEqual(scan(documents, query));
        }),
        { numRuns: 50 },
      );
    });

    costs(current);
    upkeep(current);
  });
}

function costs(current: Current): void {
  test.each([false, true])('examines what it returns and one more, descending %j', async (descending) => {
    const { meter, operations } = countingMeter();
    const store = current().metered(meter);
    const { all } = await populated(store);
    operations.length = 0;
    for (const path of [byName.path, ['created'], ['lastModified'], ['id']]) {
      await store.query({ ...all, order: { path, descending }, offset: 20, limit: 5 });
    }

    expect(operations.map(({ name }) => name)).toEqual(Array(4).fill('query'));
    expect(operations.filter(({ examined }) => examined < 5 || examined > 6)).toEqual([]);
  });

  test.each([false, true])(
    'examines only texts with the beginning that is asked for, descending %j',
    async (descending) => {
      const { meter, operations } = countingMeter();
      const store = current().metered(meter);
      const { all } = await populated(store);
      for (const [startsWith, most] of [
        ['b', 4],
        ['nobody', 1],
      ] as const) {
        await store.query({ ...all, order: { ...byName, startsWith, descending }, limit: 30 });
        operations.length = 0;
        await store.query({ ...all, order: { ...byName, startsWith, descending }, limit: 30 });
        expect(operations[0]?.examined).toBeLessThanOrEqual(most);
      }
    },
  );

  test('examines no more than an index leads to, where one does', async () => {
    const { meter, operations } = countingMeter();
    const store = current().metered(meter);
    const { all } = await populated(store);
    operations.length = 0;
    await store.query({ ...all, where: externalId('x-3'), order: byName, limit: 2 });

    expect(operations.map(({ name }) => name)).toEqual(['query']);
    expect(operations[0]?.examined).toBeLessThanOrEqual(5);
  });
}

function upkeep(current: Current): void {
  test('follows a document whose text or time changes, and forgets one that is gone', async () => {
    const store = current();
    const partition = freshPartition();
    const person = (id: string, displayName: string | null) =>
      documentIn(partition, id, { order: { displayName }, lastModified: '2030-01-01' });
    await seed(store, partition, [person('a', 'x'), person('b', 'y'), person('c', null)]);
    const read = async (order: Order) =>
      (await idsOf(store, { ...partition, kind: 'user', order, limit: 9 })).ids;
    const byChange = { path: ['lastModified'], descending: true };
    await store.commit(partition, [
      { op: 'replace', document: person('a', null) },
      { op: 'replace', document: person('c', 'w') },
      {
        op: 'increment',
        kind: 'user',
        id: 'b',
        by: {},
        set: { lastModified: '2030-01-02' },
        ifAbsent: 'fail',
      },
    ]);

    expect(await read(byName)).toEqual(['c', 'b', 'a']);
    expect(await read(byChange)).toEqual(['b', 'a', 'c']);
    await store.commit(partition, [{ op: 'delete', kind: 'user', id: 'b' }]);
    expect(await read(byName)).toEqual(['c', 'a']);
    expect(await read(byChange)).toEqual(['a', 'c']);
  });

  test('continues behind a document that is gone by now', async () => {
    const store = current();
    const { partition, documents, all } = await populated(store);
    const before = scan(documents, { ...all, order: byName, limit: 40 }).ids;
    const gone = documents.find(({ id }) => id === before[9]);
    await store.commit(partition, [{ op: 'delete', kind: 'user', id: before[9] ?? '' }]);
    const after = { text: gone?.order?.displayName ?? null, id: gone?.id ?? '' };
    const rest = await idsOf(store, { ...all, order: { ...byName, after }, limit: 40 });

    expect(rest.ids).toEqual(before.slice(10));
  });
}

function drawnQuery(documents: readonly Document[]) {
  const paths = [byName.path, ['created'], ['lastModified'], ['id']];
  const order = fc
    .record({
      path: fc.constantFrom(...paths),
      descending: fc.boolean(),
      behind: fc.option(fc.constantFrom(...documents), { nil: undefined }),
      startsWith: fc.option(fc.constantFrom('', 'a', 'ä', '\u{1f680}', 'z'), { nil: undefined }),
    })
    .map(({ path, descending, behind, startsWith }): Order => {
      const after = behind && { text: textAt(behind, path), id: behind.id };
      return { path, descending, ...(path === byName.path && { startsWith }), ...(after && { after }) };
    });
  const where = fc.oneof(
    fc.constant(isChief),
    fc.integer({ min: 0, max: 8 }).map((n) => externalId(`x-${n}`)),
    fc.constant<Condition>({ kind: 'not', condition: externalId('x-1') }),
    fc.constant<Condition>({ kind: 'and', conditions: [isChief, externalId('x-3')] }),
    fc.constant<Condition>({ kind: 'in', path: ['id'], values: ['u-03', 'u-21', 'u-04'] }),
  );
  return fc.record(
    { where, order, offset: fc.integer({ min: 0, max: 12 }), limit: fc.integer({ min: 0, max: 12 }) },
    { requiredKeys: ['order', 'limit'] },
  );
}

function textAt(document: Document, [first = '', name]: readonly string[]): string | null {
  const text = name === undefined ? document[first] : document.order?.[name];
  return typeof text === 'string' ? text : null;
}

/** The slow truth. */
function scan(documents: readonly Document[], { where, order, offset = 0, limit }: Query) {
  const { path, descending, after, startsWith } = order ?? byName;
  const rank = (text: string | null, id: string) => ({ text, id });
  const compare = (a: ReturnType<typeof rank>, b: ReturnType<typeof rank>) => {
    const texts = compareTexts(a.text, b.text);
    return texts === 0 ? Number(a.id > b.id) - Number(a.id < b.id) : descending ? -texts : texts;
  };
  const found = documents
    .filter((document) => !where || matches(where, document))
    .map((document) => rank(textAt(document, path), document.id))
    .filter(({ text }) => startsWith === undefined || text?.startsWith(startsWith))
    .filter(
      (place) =>
        !after || compare(place, { text: path[0] === 'id' ? after.id : after.text, id: after.id }) > 0,
    )
    .sort(compare)
    .map(({ id }) => id);
  return { ids: found.slice(offset, offset + limit), more: found.length > offset + limit };
}

function compareTexts(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [as, bs] = [[...a], [...b]].map((text) => text.map((character) => character.codePointAt(0) ?? 0));
  const length = Math.max(as?.length ?? 0, bs?.length ?? 0);
  for (let index = 0; index < length; index += 1) {
    const difference = (as?.[index] ?? -1) - (bs?.[index] ?? -1);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
