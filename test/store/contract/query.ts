import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { Condition } from '../../../lib/scim/filter/condition.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';
import type { Document, DocumentStore, Partition, Query } from '../../../lib/store/document-store.ts';
import { countingMeter, documentIn, freshPartition, idsOf, seed } from './open-store.ts';

const externalId = (value: string): Condition => ({
  kind: 'compare',
  path: ['search', 'externalId'],
  op: 'eq',
  value,
});
const email = (value: string): Condition => ({
  kind: 'any',
  path: ['search', 'emails'],
  condition: { kind: 'compare', path: ['value'], op: 'eq', value },
});
const titled: Condition = { kind: 'compare', path: ['search', 'title'], op: 'eq', value: 'chief' };
const idIn = (...values: string[]): Condition => ({ kind: 'in', path: ['id'], values });

/** Forty users: two share each externalId, all have two e-mails, every third is chief. */
function people(partition: Partition): readonly Document[] {
  return Array.from({ length: 40 }, (_, n) =>
    documentIn(partition, `u-${String(n).padStart(2, '0')}`, {
      search: {
        externalId: `x-${n % 20}`,
        emails: [{ value: `p${n}@work` }, { value: `p${n % 4}@home`, type: 'home' }],
        ...(n % 3 === 0 && { title: 'chief' }),
      },
    }),
  );
}

async function populated(store: DocumentStore) {
  const partition = freshPartition();
  const documents = people(partition);
  await seed(store, partition, documents.toReversed());
  await seed(store, partition, [documentIn(partition, 'unique:u-00', { kind: 'unique' })]);
  const neighbour = freshPartition();
  await seed(store, neighbour, people(neighbour));
  return { documents, all: { ...partition, kind: 'user' } };
}

type Current = () => DocumentStore;

export function queryContract(current: Current): void {
  describe('query() and count()', () => {
    pages(current);
    conditions(current);
    costs(current);
    upkeep(current);
    longRuns(current);

    test('reads any page of any condition as a scan would', async () => {
      const store = current();
      const { documents, all } = await populated(store);
      await fc.assert(
        fc.asyncProperty(drawnQuery, async (drawn) => {
          const query: Query = { ...all, ...drawn };
          expect(await idsOf(store, query)).toEqual(scan(documents, query));
        }),
        { numRuns: 50 },
      );
    });
  });
}

function pages(current: Current): void {
  test('lists a kind in the order of ids, page by page', async () => {
    const store = current();
    const { all } = await populated(store);

    expect(await idsOf(store, { ...all, limit: 2 })).toEqual({ ids: ['u-00', 'u-01'], more: true });
    expect(await idsOf(store, { ...all, after: 'u-01', limit: 1 })).toEqual({ ids: ['u-02'], more: true });
    expect(await idsOf(store, { ...all, offset: 38, limit: 2 })).toEqual({
      ids: ['u-38', 'u-39'],
      more: false,
    });
    expect(await idsOf(store, { ...all, after: 'u-0', offset: 1, limit: 1 })).toEqual({
      ids: ['u-01'],
      more: true,
    });
    expect(await idsOf(store, { ...all, after: 'u-39', limit: 5 })).toEqual({ ids: [], more: false });
    expect(await idsOf(store, { ...all, offset: 99, limit: 5 })).toEqual({ ids: [], more: false });
    const last = limits.startIndexMax - 1;
    expect(await idsOf(store, { ...all, offset: last, limit: 5 })).toEqual({ ids: [], more: false });
    expect(await idsOf(store, { ...all, limit: 0 })).toEqual({ ids: [], more: true });
    expect(await store.count(all)).toBe(40);
    expect(await store.count({ ...all, kind: 'unique' })).toBe(1);
    expect(await store.count({ ...all, kind: 'uni' })).toBe(0);
  });
}

function conditions(current: Current): void {
  test.each<[string, Condition, string[]]>([
    ['equality on an indexed path', externalId('x-3'), ['u-03', 'u-23']],
    ['equality on an element', email('p7@work'), ['u-07']],
    [
      'in on an indexed path',
      { kind: 'in', path: ['search', 'externalId'], values: ['x-9', 'x-3', 'x-9'] },
      ['u-03', 'u-09', 'u-23', 'u-29'],
    ],
    ['in without values', { kind: 'in', path: ['search', 'externalId'], values: [] }, []],
    [
      'id and another term',
      { kind: 'and', conditions: [titled, idIn('u-06', 'u-03', 'u-01')] },
      ['u-03', 'u-06'],
    ],
    ['an id that cannot be one', idIn('../u-01', 'u-01/', 'u-0~', ''), []],
    [
      'a negated equality among indexed terms',
      { kind: 'and', conditions: [externalId('x-3'), { kind: 'not', condition: idIn('u-03') }] },
      ['u-23'],
    ],
    [
      'alternatives',
      { kind: 'or', conditions: [externalId('x-3'), email('p5@work')] },
      ['u-03', 'u-05', 'u-23'],
    ],
    [
      'what is absent',
      {
        kind: 'and',
        conditions: [
          externalId('x-3'),
          { kind: 'compare', path: ['search', 'title'], op: 'eq', value: null },
        ],
      },
      ['u-23'],
    ],
  ])('finds by %s', async (_, where, ids) => {
    const store = current();
    const { all } = await populated(store);

    expect(await idsOf(store, { ...all, where, limit: 50 })).toEqual({ ids, more: false });
    expect(await store.count({ ...all, where })).toBe(ids.length);
  });
}

function costs(current: Current): void {
  test('examines what it returns and one more where an index leads to it', async () => {
    const { meter, operations } = countingMeter();
    const store = current().metered(meter);
    const { all } = await populated(store);
    for (const where of [
      externalId('x-3'),
      email('p7@work'),
      email('p1@home'),
      idIn('u-01', 'u-02', 'u-03'),
    ]) {
      operations.length = 0;
      const { documents } = await store.query({ ...all, where, limit: 2 });

      expect(operations).toHaveLength(1);
      expect(operations[0]?.examined).toBeLessThanOrEqual(documents.length + 1);
    }
  });

  test('passes over an offset without examining', async () => {
    const { meter, operations } = countingMeter();
    const store = current().metered(meter);
    const { all } = await populated(store);
    operations.length = 0;
    await store.query({ ...all, offset: 35, limit: 2 });

    expect(operations[0]?.examined).toBeLessThanOrEqual(3);
  });

  test('passes over memberships, and counts them, without examining', async () => {
    const { meter, operations } = countingMeter();
    const store = current().metered(meter);
    const partition = freshPartition('groups');
    const members = Array.from({ length: 60 }, (_, n) =>
      documentIn(partition, `m-${n + 10}`, { kind: 'member', group: `g-${n % 2}`, user: `u-${n}` }),
    );
    await seed(store, partition, members);
    const ofGroup = (value: string) => ({
      ...partition,
      kind: 'member',
      where: { kind: 'compare', path: ['group'], op: 'eq', value } as const,
    });
    operations.length = 0;
    expect(await idsOf(store, { ...ofGroup('g-1'), offset: 27, limit: 2 })).toEqual({
      ids: ['m-65', 'm-67'],
      more: true,
    });
    expect(await idsOf(store, { ...ofGroup('g-1'), after: 'm-63', offset: 2, limit: 9 })).toEqual({
      ids: ['m-69'],
      more: false,
    });
    expect(await store.count(ofGroup('g-1'))).toBe(30);
    expect(await store.count(ofGroup('g-2'))).toBe(0);
    expect(operations.every(({ examined }) => examined <= 3)).toBe(true);
  });
}

function upkeep(current: Current): void {
  test('forgets values that a document no longer has, and the document once it is gone', async () => {
    const { meter, operations } = countingMeter();
    const store = current().metered(meter);
    const partition = freshPartition();
    const all = { ...partition, kind: 'user', limit: 9 };
    const withEmails = (...values: string[]) =>
      documentIn(partition, 'a', { search: { emails: values.map((value) => ({ value })) } });
    await seed(store, partition, [withEmails('one', 'two', 'two')]);
    await store.commit(partition, [{ op: 'replace', document: withEmails('two', 'three') }]);
    const found = async () =>
      Promise.all(['one', 'two', 'three'].map((value) => store.count({ ...all, where: email(value) })));

    expect(await found()).toEqual([0, 1, 1]);
    await store.commit(partition, [{ op: 'delete', kind: 'user', id: 'a' }]);
    expect(await found()).toEqual([0, 0, 0]);
    const examined = operations.flatMap((operation) =>
      operation.name === 'count' ? [operation.examined] : [],
    );
    expect(examined).toHaveLength(6);
    expect(examined.filter((count, n) => count > (n === 1 || n === 2 ? 1 : 0))).toEqual([]);
  });

  test('finds long values and values with any characters', async () => {
    const store = current();
    const partition = freshPartition();
    const values = [
      'x'.repeat(5_000),
      `${'x'.repeat(5_000)}y`,
      'a\u0000b',
      'a/b~!',
      '"',
      'ü\ud83d\ude00',
      '',
    ];
    await seed(
      store,
      partition,
      values.map((value, n) => documentIn(partition, `id-${n}`, { search: { externalId: value } })),
    );
    for (const [n, value] of values.entries()) {
      const query = { ...partition, kind: 'user', where: externalId(value), limit: 9 };
      expect(await idsOf(store, query)).toEqual({ ids: [`id-${n}`], more: false });
    }
  });
}

function longRuns(current: Current): void {
  test('merges many long runs of memberships', async () => {
    const store = current();
    const partition = freshPartition('groups');
    const members = Array.from({ length: 2_400 }, (_, n) =>
      documentIn(partition, `m-${String((n * 7_919) % 2_400).padStart(4, '0')}`, {
        kind: 'member',
        group: `g-${n % 3}`,
        user: `u-${n}`,
      }),
    );
    await seed(store, partition, members);
    const where: Condition = { kind: 'in', path: ['group'], values: ['g-0', 'g-2'] };
    const expected = members
      .filter(({ group }) => group !== 'g-1')
      .map(({ id }) => id)
      .sort();
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await idsOf(store, {
        ...partition,
        kind: 'member',
        where,
        limit: 1_100,
        ...(after !== undefined && { after }),
      });
      found.push(...page.ids);
      after = page.more ? page.ids.at(-1) : undefined;
    } while (after !== undefined);

    expect(found).toEqual(expected);
  });
}

const drawnCondition: fc.Arbitrary<Condition> = fc.letrec<{ term: Condition; leaf: Condition }>((tie) => ({
  leaf: fc.oneof(
    fc.integer({ min: 0, max: 21 }).map((n) => externalId(`x-${n}`)),
    fc.integer({ min: 0, max: 5 }).map((n) => email(`p${n}@home`)),
    fc.array(fc.integer({ min: 0, max: 45 }), { maxLength: 5 }).map((ns) => idIn(...ns.map((n) => `u-${n}`))),
    fc.constant(titled),
    fc
      .array(fc.integer({ min: 0, max: 21 }), { maxLength: 4 })
      .map(
        (ns): Condition => ({ kind: 'in', path: ['search', 'externalId'], values: ns.map((n) => `x-${n}`) }),
      ),
  ),
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      conditions: fc.array(tie('term'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not'), condition: tie('term') }),
  ),
})).term;

const drawnQuery = fc.record(
  {
    where: drawnCondition,
    after: fc.integer({ min: 0, max: 42 }).map((n) => `u-${n}`),
    offset: fc.integer({ min: 0, max: 12 }),
    limit: fc.integer({ min: 0, max: 12 }),
  },
  { requiredKeys: ['limit'] },
);

/** The slow truth. */
function scan(documents: readonly Document[], { where, after, offset = 0, limit }: Query) {
  const found = documents
    .filter(({ id }) => after === undefined || id > after)
    .filter((document) => !where || matches(where, document))
    .map(({ id }) => id)
    .sort();
  return { ids: found.slice(offset, offset + limit), more: found.length > offset + limit };
}
