import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompareOp } from '../../../lib/scim/filter/ast.ts';
import type { Condition, Path } from '../../../lib/scim/filter/condition.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';
import { containerDefinitions } from '../../../lib/store/cosmos/containers.ts';
import { ensureContainers, openCosmosStore } from '../../../lib/store/cosmos/cosmos-store.ts';
import { planCount, planDue, planQuery } from '../../../lib/store/cosmos/plan-query.ts';
import type { Document, DocumentStore, Query } from '../../../lib/store/document-store.ts';
import { emulatorKey, startEmulator } from '../../emulator/vercel.ts';
import { documentIn, freshPartition, idsOf, seed } from '../contract/open-store.ts';

const compare = (path: Path, op: CompareOp, value: string | number | boolean | null): Condition => ({
  kind: 'compare',
  path,
  op,
  value,
});
const not = (condition: Condition): Condition => ({ kind: 'not', condition });
const name: Path = ['search', 'userName'];
const p = 'c["search"]["userName"]';

const query: Query = { container: 'users', tenantId: 't', kind: 'user', limit: 10 };

/** What stands between the tenant and kind, which every statement names, and the order. */
function whereOf(where: Condition): string {
  const { query: text } = planCount({ ...query, where });
  return text.slice(text.indexOf('@p1 AND ') + '@p1 AND '.length);
}

describe('planCount() writes', () => {
  test.each<[string, Condition, string]>([
    ['eq', compare(name, 'eq', 'x'), `${p} = @p2`],
    ['ne', compare(name, 'ne', 'x'), `(NOT IS_STRING(${p}) OR ${p} != @p2)`],
    ['eq null', compare(name, 'eq', null), `(NOT IS_DEFINED(${p}) OR IS_NULL(${p}))`],
    ['ne null', compare(name, 'ne', null), `(NOT (NOT IS_DEFINED(${p}) OR IS_NULL(${p})))`],
    ['not eq', not(compare(name, 'eq', 'x')), `(NOT IS_STRING(${p}) OR ${p} != @p2)`],
    ['not ne', not(compare(name, 'ne', 7)), `${p} = @p2`],
    ['co', compare(name, 'co', 'x'), `CONTAINS(${p}, @p2)`],
    ['not sw', not(compare(name, 'sw', 'x')), `(NOT IS_STRING(${p}) OR NOT STARTSWITH(${p}, @p2))`],
    ['not gt', not(compare(name, 'gt', 7)), `(NOT IS_NUMBER(${p}) OR ${p} <= @p2)`],
    ['gt of a boolean', compare(name, 'gt', true), 'false'],
    ['not co of a number', not(compare(name, 'co', 7)), 'true'],
    ['in', { kind: 'in', path: ['id'], values: ['a', 'b'] }, 'c["id"] IN (@p2, @p3)'],
    ['in without values', { kind: 'in', path: ['id'], values: [] }, 'false'],
    [
      'not in',
      not({ kind: 'in', path: ['id'], values: ['a'] }),
      '(NOT IS_STRING(c["id"]) OR NOT (c["id"] IN (@p2)))',
    ],
    ['and without terms', { kind: 'and', conditions: [] }, 'true'],
    [
      'not or',
      not({ kind: 'or', conditions: [compare(['a'], 'lt', 1), not(compare(['b'], 'eq', 2))] }),
      '((NOT IS_NUMBER(c["a"]) OR c["a"] >= @p2) AND c["b"] = @p3)',
    ],
    [
      'any of any',
      {
        kind: 'any',
        path: ['search', 'emails'],
        condition: { kind: 'any', path: ['tags'], condition: compare([], 'eq', 'x') },
      },
      'EXISTS(SELECT VALUE ce FROM ce IN c["search"]["emails"] WHERE ' +
        'EXISTS(SELECT VALUE cee FROM cee IN ce["tags"] WHERE cee = @p2))',
    ],
  ])('%s', (_, where, text) => {
    expect(whereOf(where)).toBe(text);
  });
});

describe('planQuery() orders', () => {
  const orderOf = (rest: Partial<Query>) =>
    /ORDER BY (.*) OFFSET/.exec(planQuery({ ...query, ...rest }).query)?.[1];
  const by = (...columns: string[]) => columns.map((column) => `c${column}`).join(', ');

  test.each<[string, Partial<Query>, string]>([
    ['by id', {}, by('["tenantId"] ASC', '["kind"] ASC', '["id"] ASC')],
    [
      'by id behind what an index finds',
      { kind: 'member', where: compare(['group'], 'eq', 'g') },
      by('["tenantId"] ASC', '["kind"] ASC', '["group"] ASC', '["id"] ASC'),
    ],
    [
      'by id behind one of one value',
      { kind: 'member', where: { kind: 'in', path: ['user'], values: ['u'] } },
      by('["tenantId"] ASC', '["kind"] ASC', '["user"] ASC', '["id"] ASC'),
    ],
    [
      'by id downwards',
      { order: { path: ['id'], descending: true } },
      by('["tenantId"] DESC', '["kind"] DESC', '["id"] DESC'),
    ],
    [
      'by a text downwards, and alike ones upwards by id',
      { order: { path: ['order', 'name.givenName'], descending: true } },
      by('["tenantId"] ASC', '["kind"] ASC', '["sortKeys"]["name_givenName"] DESC', '["id"] ASC'),
    ],
  ])('%s, along a composite index', (_, rest, order) => {
    expect(orderOf(rest)).toBe(order);
    const { container, kind } = { ...query, ...rest };
    const place = kind === 'member' ? 'groups' : container;
    expect(compositesOf(place)).toContainEqual(indexOf(order));
  });
});

/** Composite indexes as Cosmos DB uses them: also for the opposite of their order. */
function compositesOf(container: string): string[][] {
  const { indexingPolicy } = containerDefinitions.find(({ id }) => id === container) ?? {};
  const written = (indexingPolicy?.compositeIndexes ?? []).map((index) =>
    index.map(({ path, order }) => `${path} ${order === 'ascending' ? 'ASC' : 'DESC'}`),
  );
  const turn = (column: string) => column.replace(/(ASC|DESC)$/, (word) => (word === 'ASC' ? 'DESC' : 'ASC'));
  return [...written, ...written.map((index) => index.map(turn))];
}

function indexOf(order: string): string[] {
  return order
    .split(', ')
    .map((column) => column.replace(/^c|\]/g, '').replace(/\["?|"/g, (part) => (part === '"' ? '' : '/')));
}

const drawnText = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'A',
    'ab',
    'b',
    'ba',
    '"',
    "'",
    '\\',
    '@p0',
    ') OR true --',
    'c["id"]',
    'ä',
    '\u0000',
    '😀',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const drawnLiteral = fc.oneof(drawnText, fc.integer({ min: -2, max: 2 }), fc.boolean(), fc.constant(null));
const drawnOp = fc.constantFrom<CompareOp>('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const drawnPath = fc.constantFrom<Path>(
  ['search', 'text'],
  ['search', 'number'],
  ['search', 'flag'],
  ['search', 'name', 'text'],
  ['search', 'urn:example:schemas:2.0:User', 'text'],
  ['search', 'value'],
  ['missing', 'text'],
);
const elementPath = fc.constantFrom<Path>(['value'], ['type'], ['primary']);

const leafAt = (path: fc.Arbitrary<Path>): fc.Arbitrary<Condition> =>
  fc.oneof(
    fc.record({ kind: fc.constant('compare'), path, op: drawnOp, value: drawnLiteral }),
    fc.record({ kind: fc.constant('present'), path }),
    fc.record({ kind: fc.constant('in'), path, values: fc.array(drawnText, { maxLength: 3 }) }),
  ) as fc.Arbitrary<Condition>;

function treeOver(leaf: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> {
  return fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({
        kind: fc.constantFrom('and', 'or'),
        conditions: fc.array(tie('tree'), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not'), condition: tie('tree') }),
    ),
  })).tree;
}

const drawnElement = fc.oneof(leafAt(elementPath), treeOver(leafAt(elementPath)));
const drawnCondition = treeOver(
  fc.oneof(
    leafAt(drawnPath),
    fc.record({
      kind: fc.constant('any'),
      path: fc.constantFrom<Path>(['search', 'emails'], ['search', 'urn:example:schemas:2.0:User', 'tags']),
      condition: drawnElement,
    }) as fc.Arbitrary<Condition>,
  ),
);

const drawnValue = fc.oneof(drawnLiteral, fc.constantFrom([], {}, { text: 'a' }, ['a']));
const drawnElements = fc.array(
  fc.record({ value: drawnLiteral, type: drawnText, primary: fc.boolean() }, { requiredKeys: [] }),
  { maxLength: 3 },
);
const drawnSearch = fc.record(
  {
    text: drawnValue,
    number: drawnValue,
    flag: drawnValue,
    value: drawnValue,
    name: fc.record({ text: drawnText }, { requiredKeys: [] }),
    'urn:example:schemas:2.0:User': fc.record({ text: drawnText, tags: drawnElements }, { requiredKeys: [] }),
    emails: drawnElements,
  },
  { requiredKeys: [] },
);

describe('planQuery()', () => {
  test('writes no value into the text, whatever it holds', () => {
    fc.assert(
      fc.property(drawnCondition, (where) => {
        const { query: text, parameters } = planQuery({ ...query, where });
        const withoutNames = text.replace(/\["[^"\\]*"\]/g, '');
        expect(withoutNames.replace(/= ""/g, '')).toMatch(/^[A-Za-z0-9_@.,*()=!<>{} ]*$/);
        expect(parameters.map(({ name: parameter }) => parameter)).toEqual(
          parameters.map((_, n) => `@p${n}`),
        );
      }),
    );
  });

  test.each(['a"]', 'a\\', 'a\nb', '"'])('refuses the name %j, which would end its quotation', (property) => {
    expect(() => planQuery({ ...query, where: compare([property], 'eq', 'x') })).toThrow('name');
  });

  test('names tenant and kind in every statement of one partition, as parameters', () => {
    for (const { query: text, parameters } of [planQuery(query), planCount(query)]) {
      expect(text).toContain('WHERE c.tenantId = @p0 AND c.kind = @p1');
      expect(parameters.slice(0, 2).map(({ value }) => value)).toEqual(['t', 'user']);
    }
    const due = planDue(['user', 'mail'], { before: 5, limit: 9 });
    expect(due.query).toContain('WHERE c.kind IN (@kind0, @kind1) AND c.due <= @before');
    expect(due.parameters.map(({ value }) => value)).toEqual(['user', 'mail', 5, 9]);
  });
});

describe('SQL and predicate', () => {
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  let store: DocumentStore;
  beforeAll(async () => {
    emulator = await startEmulator();
    const options = { endpoint: emulator.endpoint, database: 'muster', auth: { key: emulatorKey } };
    await ensureContainers(options);
    store = openCosmosStore({ ...options, newId: randomUUID, now: Date.now });
  });
  afterAll(async () => {
    await store.close();
    await emulator.close();
  });

  test('find the same documents and count as many, for any condition over any documents', async () => {
    const partition = freshPartition();
    const drawn = fc.sample(drawnSearch, { numRuns: 80, seed: 4 });
    const documents: Document[] = drawn.map((search, n) =>
      documentIn(partition, `id-${String(n).padStart(2, '0')}`, n % 9 === 0 ? {} : { search }),
    );
    await seed(store, partition, documents);
    await fc.assert(
      fc.asyncProperty(drawnCondition, async (where) => {
        const all = { ...partition, kind: 'user', where };
        const ids = documents.filter((document) => matches(where, document)).map(({ id }) => id);

        expect(await idsOf(store, { ...all, limit: 100 })).toEqual({ ids, more: false });
        expect(await store.count(all)).toBe(ids.length);
      }),
      { numRuns: 75 },
    );
  }, 120_000);
});
