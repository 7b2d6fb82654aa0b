import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { maintainDirectory } from '../../../lib/directory/maintenance.ts';
import type { DirectoryScope } from '../../../lib/directory/scope.ts';
import { bulkOperation } from '../../../lib/http/scim/bulk-operation.ts';
import { groupRoutes, userRoutes } from '../../../lib/http/scim/scim-routes.ts';
import type { Context } from '../../../lib/provisioning/context.ts';
import { createPasswords } from '../../../lib/provisioning/password.ts';
import { bulkRequestUrn } from '../../../lib/scim/message/bulk-request.ts';
import { patchOpUrn } from '../../../lib/scim/message/patch-op.ts';
import { profileTraits } from '../../../lib/scim/quirks/traits.ts';
import { RequestNotes } from '../../../lib/scim/request-notes.ts';
import { groupType, resourceTypes, userType } from '../../../lib/scim/schema/resource-types.ts';
import { StoreError } from '../../../lib/store/document-store.ts';
import { tenantSchema } from '../../../lib/tenants/tenant.ts';
import { deliver } from '../../audit/delivery.ts';
import {
  addUser,
  type Breakdown,
  breakingStore,
  type Directory,
  intercept,
  openDirectory,
} from '../../directory/directory.ts';

const operation = bulkOperation([...userRoutes, ...groupRoutes]);
const tenant = tenantSchema.parse({ id: 'tenant', name: 'Tenant', identifier: 'Tenant' });
const baseUrl = 'https://example.com/scim/v2';

type Step = Readonly<Record<string, unknown>>;
type Outcome = Readonly<Record<string, string>>;

/** Sends a bulk request to a directory, past the edge. */
async function bulk(
  directory: DirectoryScope,
  steps: readonly Step[],
  notes = new RequestNotes(),
): Promise<readonly Outcome[]> {
  const context: Context = {
    tenant,
    types: resourceTypes,
    directory,
    profile: 'rfc',
    traits: profileTraits.rfc,
    passwords: createPasswords({ randomBytes }),
    fingerprint: async (text) => Buffer.from(text).toString('base64url').slice(-40),
    sealer: { seal: async (text: string) => text, open: async (text: string) => text },
    notes,
    baseUrl,
  };
  const request = {
    params: {},
    query: new URLSearchParams(),
    header: () => undefined,
    body: JSON.parse(JSON.stringify({ schemas: [bulkRequestUrn], Operations: steps })),
  };
  const command = operation.parse(request, context);
  const { Operations } = await operation.run(context, command);
  return Operations as unknown as readonly Outcome[];
}

const user = (userName: string, bulkId = userName): Step => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [userType.schema.id], userName },
});
const group = (displayName: string, members: readonly string[] = []): Step => ({
  method: 'POST',
  path: '/Groups',
  bulkId: displayName,
  data: { schemas: [groupType.schema.id], displayName, members: members.map((value) => ({ value })) },
});
const patch = (path: string, op: object): Step => ({
  method: 'PATCH',
  path,
  data: { schemas: [patchOpUrn], Operations: [op] },
});

/** What a directory holds, with names in the place of ids. */
async function contentsOf({ all }: Directory): Promise<unknown> {
  const users = await all('users', 'user');
  const groups = await all('groups', 'group');
  const names = new Map<string, string>();
  const contents: string[] = [];
  for (const { id, resource } of [...users, ...groups]) {
    const { userName, displayName, ...rest } = resource as Record<string, string>;
    names.set(id, `${userName ?? ''}/${displayName ?? ''}`);
    contents.push(`${names.get(id)} ${JSON.stringify(rest)}`);
  }
  for (const { group: of, user: who } of await all('groups', 'member')) {
    contents.push(`${names.get(String(of))} has ${names.get(String(who)) ?? 'a ghost'}`);
  }
  const counts = groups.map(({ id, memberCount }) => `${names.get(id)} counts ${memberCount}`);
  return [...contents, ...counts].sort();
}

/** Three users and a group, known by their places. */
async function populate({ scope }: Directory): Promise<readonly string[]> {
  const ids = [await addUser(scope, 'u0'), await addUser(scope, 'u1'), await addUser(scope, 'u2')];
  const [created] = await bulk(scope, [group('g0', ids.slice(0, 1))]);
  return [...ids, String(created?.location?.split('/').at(-1))];
}

const name = fc.constantFrom('u0', 'u1', 'u2', 'u3', 'U3', 'u4');
const title = fc.constantFrom('a', 'b', 'c');
const place = fc.integer({ min: 0, max: 2 });

/** Operations on what is there already; users by their places, since ids differ from store to store. */
const arbitraryStep: fc.Arbitrary<(ids: readonly string[], bulkId: string) => Step> = fc.oneof(
  name.map((userName) => (_: readonly string[], bulkId: string) => user(userName, bulkId)),
  place.map((at) => (ids: readonly string[]) => ({ method: 'DELETE', path: `/Users/${ids[at]}` })),
  fc.tuple(place, name).map(([at, userName]) => (ids: readonly string[]) => ({
    method: 'PUT',
    path: `/Users/${ids[at]}`,
    data: { schemas: [userType.schema.id], userName },
  })),
  fc.tuple(place, title).map(
    ([at, value]) =>
      (ids: readonly string[]) =>
        patch(`/Users/${ids[at]}`, { op: 'replace', path: 'title', value }),
  ),
  fc.tuple(place, name).map(
    ([at, value]) =>
      (ids: readonly string[]) =>
        patch(`/Users/${ids[at]}`, { op: 'replace', path: 'userName', value }),
  ),
  fc.tuple(place, fc.constantFrom('add', 'remove')).map(
    ([at, op]) =>
      (ids: readonly string[]) =>
        patch(`/Groups/${ids[3]}`, memberOperation(op, String(ids[at]))),
  ),
);

function memberOperation(op: string, id: string): object {
  return op === 'add'
    ? { op, path: 'members', value: [{ value: id }] }
    : { op, path: `members[value eq "${id}"]` };
}

describe('runBulk()', () => {
  test('gives the outcome of one operation after the other (RFC 7644 3.7)', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryStep, { minLength: 2, maxLength: 14 }), async (makers) => {
        await using together = openDirectory();
        await using apart = openDirectory();
        const steps = (ids: readonly string[]) => makers.map((make, index) => make(ids, `b${index}`));
        const outcomes = await bulk(together.scope, steps(await populate(together)));
        const expected: string[] = [];
        for (const [index, step] of steps(await populate(apart)).entries()) {
          apart.clock.time += 600_000 + index;
          const [outcome] = await bulk(apart.scope, [step]);
          expected.push(String(outcome?.status));
        }
        expect(outcomes.map(({ status }) => status)).toEqual(expected);
        expect(await contentsOf(together)).toEqual(await contentsOf(apart));
      }),
      { numRuns: 30 },
    );
  });

  const steps = (ids: readonly string[]): readonly Step[] => [
    group('first', ['bulkId:new.0', 'bulkId:second']),
    group('second', ['bulkId:first', String(ids[1])]),
    ...Array.from({ length: 6 }, (_, n) => user(`new.${n}`)),
    patch(`/Users/${ids[0]}`, {
      op: 'add',
      path: 'phoneNumbers',
      value: [{ value: '+1 555', type: 'work' }],
    }),
    { ...patch(`/Users/${ids[1]}`, { op: 'replace', path: 'title', value: 'Dr' }), version: 'W/"1"' },
    { method: 'DELETE', path: `/Users/${ids[2]}` },
  ];
  const statuses = ['201', '201', '201', '201', '201', '201', '201', '201', '200', '200', '204'];

  test.each(['before', 'after'] as const)(
    'cut off at any commit (%s it is written) and repeated, has done everything once',
    { timeout: 120_000 },
    async (when: Breakdown) => {
      await using whole = openDirectory();
      await bulk(whole.scope, steps(await populate(whole)));
      const expected = await contentsOf(whole);
      for (let at = 1; ; at += 1) {
        await using directory = openDirectory();
        const { scope, clock } = directory;
        const ids = await populate(directory);
        const broken = breakingStore(scope.store, { at, when });
        await bulk(directory.on(broken.store), steps(ids)).catch(() => undefined);
        // The timer may have delivered some of the events meanwhile.
        const level = at % 4 === 0 ? 'warning' : 'information';
        if (at % 2 === 0) await deliver(directory, { policy: { audit: { level } } });
        clock.time += 11_000;
        const outcomes = await bulk(scope, steps(ids));
        expect({ at, statuses: outcomes.map(({ status }) => status) }).toEqual({ at, statuses });
        expect(await contentsOf(directory)).toEqual(expected);
        expect(await bulk(scope, steps(ids))).toEqual(outcomes);
        if (!broken.broke()) break;
      }
    },
  );

  test('answers what fails inside the service provider in its place, and reports its cause', async () => {
    await using directory = openDirectory();
    const { scope } = directory;
    const cause = new Error('a defect');
    let commits = 0;
    const store = intercept(scope.store, async (partition, changes) => {
      commits += 1;
      if (commits === 3) throw cause;
      return scope.store.commit(partition, changes);
    });
    const notes = new RequestNotes();
    const outcomes = await bulk(directory.on(store), [user('a'), user('b'), user('c')], notes);
    expect(outcomes.map(({ status }) => status)).toEqual(['201', '500', '201']);
    expect(JSON.stringify(outcomes)).not.toContain('defect');
    expect(notes.refusals.map(({ error }) => [error.code, error.cause])).toEqual([['internal', cause]]);
  });

  test('answers a deletion with success only after its memberships have ended', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const [id] = await populate(directory);
    const deletion = [{ method: 'DELETE', path: `/Users/${id}` }];
    let failures = 2;
    const store = intercept(scope.store, async (partition, changes) => {
      if (partition.container === 'groups' && failures-- > 0) throw new StoreError('unavailable');
      await scope.store.commit(partition, changes);
    });
    // Neither the operation nor the look for its receipt can end the membership.
    await expect(bulk(directory.on(store), deletion)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await contentsOf(directory)).toContain('/g0 has a ghost');
    clock.time += limits.bulkLeaseSeconds * 1_000;
    expect(await bulk(directory.on(store), deletion)).toMatchObject([{ status: '204' }]);
    expect(await contentsOf(directory)).toContain('/g0 counts 0');
  });

  test('refuses a repetition until the lease of the one that was cut off is over', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const broken = breakingStore(scope.store, { at: 3, when: 'before' });
    await bulk(directory.on(broken.store), [user('a'), user('b'), user('c')]).catch(() => undefined);
    clock.time += 4_000;
    await expect(bulk(scope, [user('a'), user('b'), user('c')])).rejects.toMatchObject({
      code: 'conflict',
      headers: { 'Retry-After': '6' },
    });
    clock.time += 6_000;
    expect((await bulk(scope, [user('a'), user('b'), user('c')])).map(({ status }) => status)).toEqual(
      Array.from({ length: 3 }, () => '201'),
    );
  });

  test('takes the same request after ten minutes for another one', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    expect(await bulk(scope, [user('a')])).toMatchObject([{ status: '201' }]);
    clock.time += 600_000;
    expect(await bulk(scope, [user('a')])).toMatchObject([{ status: '409' }]);
  });
});

describe('maintainDirectory()', () => {
  test('forgets bulk requests after ten minutes', async () => {
    await using directory = openDirectory();
    const { scope, clock, all } = directory;
    const maintain = () => maintainDirectory({ ...scope, directoryOf: async () => scope });
    await bulk(scope, [user('a')]);
    await maintain();
    expect(await all('users', 'bulk')).toHaveLength(1);
    clock.time += 600_000;
    await maintain();
    expect(await all('users', 'bulk')).toEqual([]);
  });

  test('D1: takes members out that a request cut off was still to create, once none can write them', async () => {
    await using directory = openDirectory();
    const { scope, clock } = directory;
    const circle = [group('first', ['bulkId:second']), group('second', ['bulkId:first'])];
    const broken = breakingStore(scope.store, { at: 3, when: 'before' });
    await bulk(directory.on(broken.store), circle).catch(() => undefined);
    expect(await contentsOf(directory)).toContain('/first has a ghost');
    clock.time += 600_000;
    await maintainDirectory({ ...scope, directoryOf: async () => scope });
    expect(await contentsOf(directory)).toContain('/first has a ghost');
    clock.time += limits.lateWritersSeconds * 1_000;
    await maintainDirectory({ ...scope, directoryOf: async () => scope });
    expect(await contentsOf(directory)).toEqual(['/first counts 0', '/first {}']);
  });
});
