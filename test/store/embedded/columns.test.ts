import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { Condition } from '../../../lib/scim/filter/condition.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';
import type { Change, Document, DocumentStore } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { range } from '../../api/client.ts';
import { countingMeter, documentIn, idsOf, seed } from '../contract/open-store.ts';
import { ownFolder } from './own-folder.ts';

type Fields = Readonly<Record<string, unknown>>;
/** The documents of one state by id. */
type State = ReadonlyMap<string, Document>;

const partition = { container: 'users', tenantId: 'tenant' } as const;
const all = { ...partition, kind: 'user', limit: 1_000 };
const idOf = (number: number) => `u-${String(number).padStart(4, '0')}`;

const text = fc.constantFrom('chief', 'vice "chief"', 'müller\\', '', 'true', '\u0000', '5');
const value = fc.oneof(text, fc.boolean(), fc.constantFrom(5, 0, -1), fc.constant(null));
const fields: fc.Arbitrary<Fields> = fc.record(
  { title: value, nick: value, emails: fc.array(fc.record({ value, type: text }), { maxLength: 2 }) },
  { requiredKeys: [] },
);
const comparison = fc.record({
  kind: fc.constant('compare' as const),
  op: fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'),
  value,
});
const conditions = fc.letrec<{ term: Condition }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ path: fc.constantFrom(['search', 'title'], ['search', 'nick'], ['order', 'title']) }).chain(
      ({ path }): fc.Arbitrary<Condition> =>
        fc.oneof(
          comparison.map((one): Condition => ({ ...one, path })),
          fc.constant<Condition>({ kind: 'present', path }),
          fc.array(text).map((values): Condition => ({ kind: 'in', path, values })),
        ),
    ),
    comparison.map(
      (one): Condition => ({
        kind: 'any',
        path: ['search', 'emails'],
        condition: { ...one, path: ['type'] },
      }),
    ),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      conditions: fc.array(tie('term'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not'), condition: tie('term') }),
  ),
})).term;
const batches = fc.uniqueArray(fc.record({ number: fc.nat(39), fields: fc.option(fields) }), {
  minLength: 1,
  maxLength: 8,
  selector: ({ number }) => number,
});
const steps = fc.array(
  fc.record({
    batch: fc.option(batches),
    by: fc.constantFrom('own', 'own', 'own', 'other'),
    isAwaited: fc.boolean(),
    where: conditions,
    isSorted: fc.boolean(),
    after: fc.option(fc.nat(39)),
  }),
  { maxLength: 12 },
);

const documentOf = (number: number, search: Fields): Document =>
  documentIn(partition, idOf(number), {
    search,
    order: { title: typeof search.title === 'string' ? search.title : null },
  });

/** The changes that lead from a state to one with these documents, and that state. */
function written(state: State, batch: readonly { number: number; fields: Fields | null }[]) {
  const next = new Map(state);
  const changes = batch.flatMap(({ number, fields }): Change[] => {
    const id = idOf(number);
    if (fields) next.set(id, documentOf(number, fields));
    else next.delete(id);
    if (fields) return [{ op: state.has(id) ? 'replace' : 'create', document: documentOf(number, fields) }];
    return state.has(id) ? [{ op: 'delete', kind: 'user', id }] : [];
  });
  return { next, changes };
}

/** The slow truth. */
function matchesIn(state: State, where: Condition, after = ''): readonly string[] {
  const found = [...state.values()].filter((document) => matches(where, document));
  return found
    .map(({ id }) => id)
    .filter((id) => id > after)
    .sort();
}

const idsAfter = async (store: DocumentStore, where: Condition, after?: string) =>
  (await idsOf(store, { ...all, where, after })).ids;

describe('searches of what no index finds', () => {
  test('show one of the states that they have met, whoever writes beside them', async () => {
    const path = ownFolder();
    const [own, other] = [openEmbeddedStore({ path }), openEmbeddedStore({ path })];
    onTestFinished(() => Promise.all([own.close(), other.close()]).then(() => undefined));
    const states: State[] = [new Map()];
    let acknowledged = 0;
    /** Compares an answer with each state that the store may have had in the meantime. */
    const expectOne = async (read: () => Promise<unknown>, truth: (state: State) => unknown) => {
      const first = acknowledged;
      const answer = await read();
      expect(states.slice(first).map(truth)).toContainEqual(answer);
    };
    const step = async ({ batch, by, isAwaited, where, isSorted, after }: Step) => {
      const change = batch && written(states.at(-1) ?? new Map(), batch);
      let commit: Promise<unknown> | undefined;
      if (change) {
        const place = states.push(change.next) - 1;
        commit = (by === 'own' ? own : other).commit(partition, change.changes).then(() => {
          acknowledged = place;
        });
        // The processes have no order between their commits unless one waits for the other.
        if (isAwaited || by === 'other') await commit;
      }
      const from = after === null ? undefined : idOf(after);
      const searches = [
        expectOne(
          () => idsAfter(own, where, from),
          (state) => matchesIn(state, where, from),
        ),
        expectOne(
          () => own.count({ ...all, where }),
          (state) => matchesIn(state, where).length,
        ),
        isSorted &&
          expectOne(
            async () =>
              (
                await idsOf(own, { ...all, where, order: { path: ['order', 'title'], descending: false } })
              ).ids.toSorted(),
            (state) => matchesIn(state, where),
          ),
      ];
      await Promise.all([commit, ...searches]);
    };
    await fc.assert(
      fc.asyncProperty(steps, async (drawn) => {
        for (const one of drawn) await step(one);
      }),
      { numRuns: 60 },
    );
  });
});

const titled: Condition = { kind: 'compare', path: ['search', 'title'], op: 'co', value: 'chief' };

/** Opens a store with documents. Gives the documents that a search finds and reads. */
async function filled(documents: readonly Document[]) {
  const store = openEmbeddedStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  await seed(store, partition, documents);
  const read = async (query: object = { where: titled }) => {
    const { meter, operations } = countingMeter();
    const { ids } = await idsOf(store.metered(meter), { ...all, ...query });
    return { ids, found: ids.length, examined: operations[0]?.examined };
  };
  return { store, read };
}

/** Every tenth is a chief. */
const staff = (size: number) =>
  range(size).map((number) => documentOf(number, { title: number % 10 === 0 ? 'the chief' : 'none' }));

test('a search reads only what it finds, and what has changed since columns were made', async () => {
  const { store, read } = await filled(staff(1_000));
  expect(await read()).toMatchObject({ found: 100, examined: 1_000 });
  expect(await read()).toMatchObject({ found: 100, examined: 100 });

  const rename = (from: number, to: number) =>
    store.commit(
      partition,
      range(to)
        .slice(from)
        .map((number) => ({ op: 'replace', document: documentOf(number, { title: 'none' }) })),
    );
  await rename(0, 100);
  expect(await read()).toMatchObject({ found: 90, examined: 100 + 90 });
  await rename(100, 200);
  await rename(200, 300);
  expect(await read()).toMatchObject({ found: 70, examined: 300 + 70 });
  expect(await read()).toMatchObject({ found: 70, examined: 70 });
});

test('a sorted page of many matches reads only its own documents', async () => {
  const size = limits.sortedInMemoryMax + 50;
  const { store, read } = await filled(staff(size));
  const where: Condition = { kind: 'not', condition: { ...titled, value: 'nobody' } };
  expect(await store.count({ ...all, where })).toBe(size);
  const order = { path: ['order', 'title'], descending: true };
  const ids = range(5).map((number) => idOf(10 * number));
  await read({ where, order, limit: 5 });
  expect(await read({ where, order, limit: 5 })).toEqual({ ids, found: 5, examined: 5 });
});

test('columns that are too large are not kept', async () => {
  const title = 'x'.repeat(200_000);
  const size = Math.ceil(limits.columnBytesMax / 4 / title.length);
  const { store, read } = await filled([]);
  for (const number of range(size)) {
    const document = documentIn(partition, idOf(number), { search: { title: title + number } });
    await store.commit(partition, [{ op: 'create', document }]);
  }
  expect(await read()).toMatchObject({ found: 0, examined: size });
  expect(await read()).toMatchObject({ found: 0, examined: size });
});

type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never;
