import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPageMarks, type ResumePoint } from '../../../lib/directory/query/page-marks.ts';
import { querySources, type Source } from '../../../lib/directory/query/query-sources.ts';
import { documentPath, type ResourceDocument } from '../../../lib/directory/resource-document.ts';
import { writeResource } from '../../../lib/directory/resources.ts';
import type { DirectoryScope } from '../../../lib/directory/scope.ts';
import { sortedBy } from '../../../lib/directory/sort-order.ts';
import type { Filter } from '../../../lib/scim/filter/ast.ts';
import { bindAmong, bindFilter } from '../../../lib/scim/filter/bind.ts';
import type { Condition } from '../../../lib/scim/filter/condition.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';
import { printFilter } from '../../../lib/scim/filter/printer.ts';
import type { JsonObject } from '../../../lib/scim/json.ts';
import type { ResourceType } from '../../../lib/scim/schema/attribute.ts';
import { groupType, userType } from '../../../lib/scim/schema/resource-types.ts';
import { bindSort, compareSortValues } from '../../../lib/scim/sort.ts';
import { validateResource } from '../../../lib/scim/validate.ts';
import { arbitraryFilter } from '../../support/arbitrary-filter.ts';
import { arbitraryBody } from '../../support/arbitrary-resource.ts';
import { type Directory, openDirectory } from '../directory.ts';

const types: readonly ResourceType[] = [userType, groupType];

/** The same each time, so that a counterexample can be played again. */
const bodiesOf = (type: ResourceType) => fc.sample(arbitraryBody(type), { numRuns: 24, seed: 42 });

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const sortable = [
  ...['id', 'meta.created', 'meta.lastModified', 'userName', 'displayName', 'name.familyName', 'externalId'],
  ...['title', 'emails', 'emails.type', 'nickName', 'active', 'addresses.locality', 'schemas', 'profileUrl'],
  ...[`${enterprise}:department`, `${enterprise}:manager.value`],
];

let directory: Directory;
let all: ReadonlyMap<ResourceType, readonly ResourceDocument[]>;

beforeAll(async () => {
  directory = openDirectory();
  for (const type of types) {
    for (const [n, body] of bodiesOf(type).entries()) {
      directory.clock.time += n % 3;
      const given = validateResource(body, type, { context: 'create' });
      const unique: JsonObject =
        type === userType ? { userName: `${given.userName}-${n}` } : { displayName: `${n % 9}-${n}` };
      const shared: JsonObject =
        type === userType && n % 2 ? { title: `t-${n % 4}`, nickName: `n-${n % 3}` } : {};
      const resource = { ...given, ...unique, ...shared };
      await write(directory.scope, type, resource);
    }
  }
  const read = async (type: ResourceType) =>
    (await directory.all(
      type === userType ? 'users' : 'groups',
      type.name.toLowerCase(),
    )) as ResourceDocument[];
  all = new Map<ResourceType, readonly ResourceDocument[]>([
    [userType, await read(userType)],
    [groupType, await read(groupType)],
  ]);
});
afterAll(() => directory[Symbol.asyncDispose]());

async function write(scope: DirectoryScope, type: ResourceType, resource: JsonObject): Promise<string> {
  const id = scope.newId();
  await writeResource(scope, type, { id, resource, operation: 'create' });
  return id;
}

/** What filters are written against. */
function resourcesOf(type: ResourceType): readonly JsonObject[] {
  return (all.get(type) ?? []).map(({ resource, id, created, lastModified }) => ({
    ...resource,
    id,
    meta: { resourceType: type.name, created, lastModified },
  }));
}

interface Drawn {
  readonly filter: Filter | undefined;
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  readonly count: number;
}

const drawn = (type: ResourceType): fc.Arbitrary<Drawn> =>
  fc.record({
    filter: fc.option(arbitraryFilter(type, resourcesOf(type)), { nil: undefined, freq: 3 }),
    sortBy: fc.option(fc.constantFrom(...sortable), { nil: undefined }),
    descending: fc.boolean(),
    count: fc.integer({ min: 3, max: 30 }),
  });

/** What a query of these types means, and what it finds in memory. */
function understand({ filter, sortBy, descending, count }: Drawn, asked: readonly ResourceType[]) {
  const keys = sortBy === undefined ? [] : bindSort(sortBy, asked);
  const sources = asked.flatMap((type, index): Source[] => {
    const where = filter === undefined || bindAmong(filter, type, { types: asked, locate: documentPath });
    const sort = keys[index];
    return where === false ? [] : [{ type, ...(where !== true && { where }), ...(sort && { sort }) }];
  });
  const query = { sources, descending, count };
  return { query, expected: inMemory(sources, sortBy !== undefined, descending) };
}

function inMemory(sources: readonly Source[], isSorted: boolean, descending: boolean): readonly string[] {
  const found = sources.flatMap(({ type, where, sort }) =>
    (all.get(type) ?? [])
      .filter((document) => !where || matches(where, document))
      .map((document) => ({ id: document.id, value: sort && sortedBy(document, sort) })),
  );
  if (!isSorted) return found.map(({ id }) => id);
  const direction = descending ? -1 : 1;
  return found
    .sort((a, b) => direction * compareSortValues(a.value, b.value) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

type Found = Omit<Parameters<typeof querySources<Source>>[1], 'startIndex'>;

/** The ids of all pages by index; without marks every page passes over those before it. */
async function byIndex(scope: DirectoryScope, query: Found, hasMarks: boolean): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let startIndex = 1; ; startIndex += query.count) {
    const marks = hasMarks ? scope.marks : createPageMarks();
    const page = await querySources({ ...scope, marks }, { ...query, startIndex });
    ids.push(...page.found.map(({ document }) => document.id));
    expect(page.found.length).toBeLessThanOrEqual(query.count);
    if (startIndex + query.count > page.total) return ids;
  }
}

/** The ids of all pages from place to place; only the last page may be empty, and then it is the only one. */
async function byPlace(scope: DirectoryScope, query: Found): Promise<readonly string[]> {
  const ids: string[] = [];
  let known: { after: ResumePoint; total: number } | undefined;
  do {
    const { found, next, total } = await querySources(scope, { ...query, ...known });
    ids.push(...found.map(({ document }) => document.id));
    if (known) expect(found.length).toBeGreaterThan(0);
    if (next) expect(found.length).toBe(query.count);
    known = next && { after: next, total };
  } while (known);
  return ids;
}

describe('querySources()', () => {
  test.each(types)(
    'finds of $name what the predicate finds, for any filter',
    { timeout: 120_000 },
    async (type) => {
      const filters = arbitraryFilter(type, resourcesOf(type));
      let selective = 0;
      await fc.assert(
        fc.asyncProperty(filters, async (filter) => {
          const condition = bindFilter(filter, type, (path) => ['search', ...path]);
          const documents = all.get(type) ?? [];
          const expected = documents
            .filter((document) => matches(condition, whole(document)))
            .map(({ id }) => id);
          if (expected.length > 0 && expected.length < documents.length) selective += 1;
          const where = bindAmong(filter, type, { types: [type], locate: documentPath });
          const sources = where === false ? [] : [{ type, ...(where !== true && { where }) }];
          const page = await querySources(directory.scope, {
            sources,
            descending: false,
            count: 100,
            startIndex: 1,
          });

          expect(
            page.found.map(({ document }) => document.id),
            printFilter(filter),
          ).toEqual(expected);
          expect(page.total).toBe(expected.length);
        }),
        { numRuns: 250 },
      );
      expect(selective).toBeGreaterThan(25);
    },
  );

  test.each([[[userType]], [types]])(
    'visits each match once and in order, by index and by place',
    { timeout: 120_000 },
    async (asked) => {
      await fc.assert(
        fc.asyncProperty(drawn(userType), async (query) => {
          const { query: understood, expected } = understand(query, asked);

          expect(await byPlace(directory.scope, understood)).toEqual(expected);
          expect(await byIndex(directory.scope, understood, true)).toEqual(expected);
          expect(await byIndex(directory.scope, understood, false)).toEqual(expected);
        }),
        { numRuns: 30 },
      );
    },
  );

  test('finds the same with a unique or indexed attribute as without an index', async () => {
    for (const document of all.get(userType) ?? []) {
      const { userName = '' } = document.search as { userName?: string };
      const where: Condition = { kind: 'compare', path: ['search', 'userName'], op: 'eq', value: userName };
      const sources = [{ type: userType, where }];
      const page = await querySources(directory.scope, {
        sources,
        descending: false,
        count: 9,
        startIndex: 1,
      });
      expect(page.found.map(({ document: found }) => found.id)).toEqual([document.id]);
    }
  });
});

/** A document as a filter sees it before its condition is moved to where the values stand. */
function whole({ search, lastModified }: ResourceDocument): object {
  return { search: { ...search, meta: { ...(search.meta as JsonObject), lastModified } } };
}

test('walks during 4,000 writes visit each resource that is there throughout exactly once', {
  timeout: 120_000,
}, async () => {
  await using busy = openDirectory();
  const lasting = await Promise.all(
    range(500).map((n) =>
      write(busy.scope, userType, { userName: `u-${n}`, ...(n % 5 && { title: `t-${n % 9}` }) }),
    ),
  );
  const walks = [undefined, 'userName', 'title'].map((sortBy) =>
    walkOf(busy.scope, sortBy, sortBy === 'title'),
  );
  let written = 0;
  while (written < 4_000) {
    for (const walk of walks) await walk.step();
    await Promise.all(
      range(500).map((n) =>
        n % 25 === 0
          ? write(busy.scope, userType, { userName: `w-${(written + n) * 7}`, title: `t-${n % 9}` })
          : touch(busy, lasting[((written + n) * 31) % lasting.length] ?? ''),
      ),
    );
    written += 500;
  }
  for (const walk of walks) {
    expect(walk.isOver()).toBe(false);
    while (!walk.isOver()) await walk.step();
    const visits = new Map<string, number>();
    for (const id of walk.visited) visits.set(id, (visits.get(id) ?? 0) + 1);
    expect(lasting.filter((id) => visits.get(id) !== 1)).toEqual([]);
  }
});

/** A walk through all users that takes a page at each step. */
function walkOf(scope: DirectoryScope, sortBy: string | undefined, descending: boolean) {
  const [sort] = sortBy === undefined ? [] : bindSort(sortBy, [userType]);
  const sources: readonly Source[] = [{ type: userType, ...(sort && { sort }) }];
  const visited: string[] = [];
  let known: { after: ResumePoint; total: number } | undefined;
  let isOver = false;
  return {
    visited,
    isOver: () => isOver,
    step: async () => {
      const { found, next, total } = await querySources(scope, { sources, descending, count: 24, ...known });
      visited.push(...found.map(({ document }) => document.id));
      known = next && { after: next, total };
      isOver = !next;
    },
  };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Writes a user again with another nickname. */
async function touch({ scope }: Directory, id: string): Promise<void> {
  const key = { container: 'users', tenantId: scope.tenantId, kind: 'user', id } as const;
  const before = await scope.store.read(key);
  if (!before) throw new Error(`User ${id} is gone`);
  const document = before.document as ResourceDocument;
  await writeResource(scope, userType, {
    id,
    before: { ...before, document },
    resource: { ...document.resource, nickName: `n-${document.revision}` },
    operation: 'modify',
  });
}
