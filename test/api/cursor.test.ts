import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../support/endpoint.ts';
import { readBeyondPage } from '../support/engine.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, errorUrn, inParallel, range } from './client.ts';

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let endpoint: SharedEndpoint;
let client: Client;
let other: Client;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  client = clientOf(await endpoint.createTenant({ name: 'Cursor', profile: 'rfc' }));
  other = clientOf(await endpoint.createTenant({ name: 'Other', profile: 'rfc' }));
  for (const tenant of [client, other]) {
    for (const n of range(25)) {
      await tenant.user(`user-${n}`, {
        title: `title-${n % 4}`,
        ...(n % 5 && { nickName: `nick-${n % 3}` }),
      });
    }
    for (const n of range(4)) await tenant.group(`Group ${n}`);
  }
});

type Parameters = Readonly<Record<string, string | number>>;

const page = (path: string, parameters: Parameters, by = client) => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
  return by.get(`${path}?${query}`);
};

/** The ids of all pages, with the sizes of the pages. */
async function walk(path: string, parameters: Parameters, by = client) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const answer: Answer = await page(path, { ...parameters, cursor }, by);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    ids.push(...answer.body.Resources.map(({ id }: { id: string }) => id));
    sizes.push(answer.body.itemsPerPage);
    cursor = answer.body.nextCursor;
  }
  return { ids, sizes };
}

const byIndex = async (path: string, parameters: Parameters) =>
  (await page(path, { ...parameters, count: 1000 })).body.Resources.map(({ id }: { id: string }) => id);

const refusal = (scimType: string) => ({
  status: 400,
  body: { schemas: [errorUrn], status: '400', scimType },
});

describe('a walk by cursors', () => {
  test.each<[string, string, Parameters, number[]]>([
    ['in the order of creation', '/Users', { count: 10 }, [10, 10, 5]],
    ['whose last page is full', '/Users', { count: 5 }, [5, 5, 5, 5, 5]],
    ['of one page', '/Users', {}, [25]],
    ['of nothing', '/Users', { filter: 'title eq "none"' }, [0]],
    ['of one resource', '/Users', { filter: 'userName eq "user-3"', count: 1 }, [1]],
    ['of a filter', '/Users', { filter: 'title eq "title-1"', count: 4 }, [4, 2]],
    ['sorted', '/Users', { sortBy: 'title', count: 10 }, [10, 10, 5]],
    ['sorted downwards', '/Users', { sortBy: 'title', sortOrder: 'descending', count: 10 }, [10, 10, 5]],
    ['sorted in memory', '/Users', { sortBy: 'nickName', sortOrder: 'descending', count: 10 }, [10, 10, 5]],
    ['sorted and filtered', '/Users', { sortBy: 'userName', filter: 'nickName pr', count: 9 }, [9, 9, 2]],
    ['of all types', '', { count: 10 }, [10, 10, 9]],
    ['of all types, full where one ends', '', { count: 25 }, [25, 4]],
    ['of all types, sorted', '', { sortBy: 'displayName', count: 10 }, [10, 10, 9]],
    ['of all types, where only the first has any', '', { filter: 'userName pr', count: 25 }, [25]],
  ])('%s visits each resource once, in the order of index pages', async (_, path, parameters, sizes) => {
    const visited = await walk(path, parameters);

    expect(visited.sizes).toEqual(sizes);
    expect(visited.ids).toEqual(await byIndex(path, parameters));
  });

  test('tells its total and next cursor, and no index', async () => {
    const { status, body } = await client.get('/Users?cursor&count=10');

    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual([
      'Resources',
      'itemsPerPage',
      'nextCursor',
      'schemas',
      'totalResults',
    ]);
    expect(body).toMatchObject({ totalResults: 25, itemsPerPage: 10 });
    expect(body.nextCursor).toMatch(/^[A-Za-z0-9._~-]+$/);
    expect(body.nextCursor).not.toContain(
      Buffer.from(body.Resources[9].id).toString('base64url').slice(1, 20),
    );
    const last = await page('/Users', { cursor: body.nextCursor, count: 10 });
    expect(last.body.totalResults).toBe(25);
  });

  test.each([0, -3])('returns nothing but the total when the count is %d', async (count) => {
    const { body } = await page('/Users', { cursor: '', count });

    expect(body).toMatchObject({ totalResults: 25, itemsPerPage: 0, Resources: [] });
    expect(body).not.toHaveProperty('nextCursor');
  });

  test('is left to the client: an index page tells no cursor', async () => {
    const { body } = await page('/Users', { count: 10 });

    expect(body).toMatchObject({ startIndex: 1, itemsPerPage: 10 });
    expect(body).not.toHaveProperty('nextCursor');
  });

  test('goes on in a search request, and understands a filter written otherwise', async () => {
    const search = (parameters: object) =>
      client.post('/Users/.search', { schemas: [searchUrn], count: 10, ...parameters });
    const first = await search({ cursor: '', filter: 'userName sw "USER"' });
    const second = await search({ cursor: first.body.nextCursor, filter: 'username sw "user"' });
    const third = await page('/Users', {
      cursor: second.body.nextCursor,
      count: 10,
      filter: 'userName SW "user"',
    });

    expect(third.body).toMatchObject({ totalResults: 25, itemsPerPage: 5 });
    expect(await search({ cursor: null })).toMatchObject({ status: 200, body: { startIndex: 1 } });
  });

  test('costs one query for a page, and one more for the totals of the first', async () => {
    const parameters = { count: 10, excludedAttributes: 'groups' };
    const first = await page('/Users', { ...parameters, cursor: '' });
    const second = await page('/Users', { ...parameters, cursor: first.body.nextCursor });

    expect(first.headers.get('x-muster-cost')).toMatch(/^operations=2;/);
    expect(second.headers.get('x-muster-cost')).toMatch(`operations=1; examined=${10 + readBeyondPage}; `);
  });
});

describe('a cursor', () => {
  const parameters = { filter: 'title pr', sortBy: 'userName', count: 10 };
  let cursor: string;
  beforeAll(async () => {
    cursor = (await page('/Users', { ...parameters, cursor: '' })).body.nextCursor;
  });

  test('serves the same query again and again', async () => {
    const [once, twice] = [
      await page('/Users', { ...parameters, cursor }),
      await page('/Users', { ...parameters, cursor }),
    ];

    expect(once.body.Resources).toEqual(twice.body.Resources);
  });

  test('is refused in the same words when it is forged, edited, of another tenant or of another query', async () => {
    const edited = range(cursor.length).map((at) => {
      const character = cursor[at] === 'A' ? 'B' : 'A';
      return cursor.slice(0, at) + character + cursor.slice(at + 1);
    });
    const refused = [
      ...edited.map((text) => page('/Users', { ...parameters, cursor: text })),
      ...[
        'x',
        '1',
        '!',
        'null',
        `${cursor}A`,
        cursor.slice(1),
        cursor.slice(0, -1),
        `${cursor}=`,
        '../..',
      ].map((text) => page('/Users', { ...parameters, cursor: text })),
      page('/Users', { ...parameters, cursor }, other),
      page('/Groups', { sortBy: 'displayName', count: 10, cursor }),
      page('', { ...parameters, cursor }),
      page('/Users', { ...parameters, filter: 'title ne "x"', cursor }),
      page('/Users', { count: 10, sortBy: 'userName', cursor }),
      page('/Users', { ...parameters, sortBy: 'title', cursor }),
      page('/Users', { count: 10, filter: 'title pr', cursor }),
      page('/Users', { ...parameters, sortOrder: 'descending', cursor }),
      page('/Users', { ...parameters, attributes: 'userName', cursor }),
      page('/Users', { ...parameters, excludedAttributes: 'name', cursor }),
    ];
    const answers = await Promise.all(refused);

    for (const answer of answers) expect(answer).toMatchObject(refusal('invalidCursor'));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  test.each([11, 9, 0, -1, 100])('is refused with invalidCount when the count becomes %d', async (count) => {
    expect(await page('/Users', { ...parameters, count, cursor })).toMatchObject(refusal('invalidCount'));
  });

  test('is refused beside startIndex, and a count that is no number with invalidCount', async () => {
    const both = await page('/Users', { ...parameters, cursor, startIndex: 1 });
    expect(both).toMatchObject(refusal('invalidValue'));
    expect(both.body.detail).toMatch(/cursor and startIndex cannot be used together/);
    expect(await page('/Users', { cursor: '', count: 'ten' })).toMatchObject(refusal('invalidCount'));
  });
});

describe('a walk while others write', () => {
  test('visits each resource that is there throughout exactly once', async () => {
    const tenant = clientOf(await endpoint.createTenant({ name: 'Busy', profile: 'rfc' }));
    const lasting = await inParallel(range(60), 16, (n) =>
      tenant.user(`lasting-${n}`, { title: `t-${n % 7}` }),
    );
    let writes = 0;
    let isOver = false;
    const writing = inParallel(range(4), 4, async (writer) => {
      for (let n = 0; !isOver; n += 1) {
        const { id } = await tenant.user(`brief-${writer}-${n}`, { title: `t-${n % 9}` });
        if (n % 2 === 0) await tenant.delete(`/Users/${id}`);
        writes += 1;
      }
    });
    const ids: string[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const { body } = await page(
        '/Users',
        { sortBy: 'title', sortOrder: 'descending', count: 7, cursor },
        tenant,
      );
      ids.push(...body.Resources.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
      const before = writes;
      while (writes < before + 3) await setTimeout(1);
    }
    isOver = true;
    await writing;

    const visits = (id: string) => ids.filter((visited) => visited === id).length;
    expect(lasting.map(({ id }) => visits(id))).toEqual(lasting.map(() => 1));
    expect(writes).toBeGreaterThan(10);
  });
});
