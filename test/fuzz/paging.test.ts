import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../tools/fuzz/in-process.ts';
import { patchBody } from '../api/client.ts';
import { callerOf, type Send } from './caller.ts';

let app: InProcess;

beforeAll(async () => {
  app = await startInProcess();
});
afterAll(() => app[Symbol.asyncDispose]());

/** What happens beside one page. */
type Write = { readonly kind: 'create' | 'delete' | 'modify'; readonly which: number };

const write: fc.Arbitrary<Write> = fc.record({
  kind: fc.constantFrom('create', 'delete', 'modify'),
  which: fc.nat({ max: 60 }),
});
const walk = fc.record({
  users: fc.nat({ max: 30 }),
  count: fc.integer({ min: 1, max: 7 }),
  filter: fc.constantFrom(undefined, 'active eq true', 'userName sw "u"', 'nickName pr or active eq true'),
  /** For each page. */
  writes: fc.array(fc.array(write, { maxLength: 4 }), { maxLength: 12 }),
});

let serial = 0;

/** One tenant's users, those that are there all the time and those that writes bring and take away. */
class Directory {
  readonly send: Send;
  readonly ids: string[] = [];
  readonly deleted = new Set<string>();
  readonly created = new Set<string>();

  constructor(send: Send) {
    this.send = send;
  }

  async create(): Promise<string> {
    serial += 1;
    const userName = `u${serial}`;
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const { body } = await this.send('POST', '/Users', { schemas, userName, active: true });
    this.ids.push(body.id);
    return body.id;
  }

  async write({ kind, which }: Write): Promise<void> {
    const id = this.ids[which % Math.max(1, this.ids.length)];
    if (kind === 'create') this.created.add(await this.create());
    if (kind === 'delete' && id !== undefined) {
      this.deleted.add(id);
      await this.send('DELETE', `/Users/${id}`);
    }
    if (kind === 'modify' && id !== undefined) {
      const change = patchBody([{ op: 'replace', path: 'nickName', value: `n${which}` }]);
      const { status } = await this.send('PATCH', `/Users/${id}`, change);
      expect([200, ...(this.deleted.has(id) ? [404] : [])]).toContain(status);
    }
  }

  /** Every user who was there from the first page to the last is visited once, and nobody twice. */
  check(visited: readonly string[]): void {
    expect(new Set(visited).size, 'visited twice').toBe(visited.length);
    const steady = this.ids.filter((id) => !this.deleted.has(id) && !this.created.has(id));
    expect(
      steady.filter((id) => !visited.includes(id)),
      'never visited',
    ).toEqual([]);
  }
}

async function openDirectory(users: number): Promise<Directory> {
  const directory = new Directory(callerOf(app, await app.createTenant({ profile: 'google' })));
  for (let user = 0; user < users; user += 1) await directory.create();
  return directory;
}

/** Asks for page after page until one is the last, with the writes beside each. */
async function visit(
  directory: Directory,
  writes: readonly (readonly Write[])[],
  turn: (page: {
    readonly Resources?: readonly { readonly id: string }[];
    readonly nextCursor?: string;
  }) => string | undefined,
): Promise<readonly string[]> {
  const visited: string[] = [];
  let path = turn({});
  for (let page = 0; path !== undefined; page += 1) {
    const [answer] = await Promise.all([
      directory.send('GET', path),
      ...(writes[page] ?? []).map((one) => directory.write(one)),
    ]);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    visited.push(...(answer.body.Resources ?? []).map(({ id }: { id: string }) => id));
    path = turn(answer.body);
  }
  return visited;
}

function pathOf(count: number, filter: string | undefined): string {
  return `/Users?attributes=id&count=${count}${filter === undefined ? '' : `&filter=${encodeURIComponent(filter)}`}`;
}

describe('GET /Users', () => {
  test('visits each user exactly once page by page with startIndex, whatever is written meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(walk, async ({ users, count, filter, writes }) => {
        const directory = await openDirectory(users);
        let startIndex = 1;

        const visited = await visit(directory, writes, ({ Resources }) => {
          if (Resources?.length === 0) return undefined;
          startIndex += Resources?.length ?? 0;
          return `${pathOf(count, filter)}&startIndex=${startIndex}`;
        });

        directory.check(visited);
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  test('visits each user exactly once page by page with cursors, whatever is written meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(walk, async ({ users, count, filter, writes }) => {
        const directory = await openDirectory(users);

        const visited = await visit(directory, writes, ({ Resources, nextCursor }) => {
          if (Resources && nextCursor === undefined) return undefined;
          return `${pathOf(count, filter)}&cursor=${encodeURIComponent(nextCursor ?? '')}`;
        });

        directory.check(visited);
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
