import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { querySources } from '../../../lib/directory/query/query-sources.ts';
import { documentPath } from '../../../lib/directory/resource-document.ts';
import type { DirectoryScope } from '../../../lib/directory/scope.ts';
import { bindFilter } from '../../../lib/scim/filter/bind.ts';
import { parseFilter } from '../../../lib/scim/filter/parser.ts';
import { userType } from '../../../lib/scim/schema/resource-types.ts';
import { bindSort } from '../../../lib/scim/sort.ts';
import type { DocumentStore, Query } from '../../../lib/store/document-store.ts';
import { interceptCommits } from '../../../lib/store/store-until.ts';
import { addUser, type Directory, openDirectory } from '../directory.ts';

let directory: Directory;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  directory = openDirectory();
  await addUser(directory.scope, 'ada');
});
afterEach(async () => {
  vi.useRealTimers();
  await directory[Symbol.asyncDispose]();
});

/** A store whose queries wait until they are let go, and the tenants whose queries it was asked for. */
function gated(store: DocumentStore) {
  const asked: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const query = async (wanted: Query) => {
    asked.push(wanted.tenantId);
    await gate;
    return store.query(wanted);
  };
  return {
    asked,
    open,
    store: {
      ...interceptCommits(
        store,
        (inner) =>
          (...commit) =>
            inner.commit(...commit),
      ),
      query,
    },
  };
}

function find(scope: DirectoryScope, filter: string | undefined, sortBy?: string) {
  const where = filter === undefined ? undefined : bindFilter(parseFilter(filter), userType, documentPath);
  const [sort] = sortBy === undefined ? [] : bindSort(sortBy, [userType]);
  const sources = [{ type: userType, where, sort }];
  return querySources(scope, { sources, descending: false, count: 10, startIndex: 1 });
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const refusal = (sent: Promise<unknown>) =>
  sent.then(
    () => undefined,
    (error) => error,
  );
const refused = {
  status: 429,
  headers: { 'Retry-After': String(limits.scanRetrySeconds) },
  message: expect.stringMatching(/read its whole directory: send this one again after Retry-After seconds/),
};

describe('queries that read the whole directory', () => {
  test.each([
    { name: 'an unindexed filter', filter: 'title co "x"' },
    { name: 'a sort in memory', filter: undefined, sortBy: 'nickName' },
    { name: 'a sort in memory of an unindexed filter', filter: 'title co "x"', sortBy: 'nickName' },
  ])('wait for each other: $name', async ({ filter, sortBy }) => {
    const { asked, open, store } = gated(directory.scope.store);
    const scope = directory.on(store);
    const sent = Array.from({ length: 1 + limits.scansWaitingMax }, () => find(scope, filter, sortBy));
    await settle();
    expect(asked).toEqual(['tenant']);
    expect(await refusal(find(scope, filter, sortBy))).toMatchObject(refused);
    // Those of other tenants, and others of this one, do not wait.
    const others = [
      find({ ...scope, tenantId: 'other' }, filter, sortBy),
      find(scope, 'externalId eq "x"'),
      find(scope, undefined, 'displayName'),
      find(scope, undefined),
    ];
    await settle();
    expect(asked.sort()).toEqual(['other', 'tenant', 'tenant', 'tenant', 'tenant']);
    open();
    await Promise.all([...sent, ...others]);
    await find(scope, filter, sortBy);
  });

  test('are refused when they have waited too long, and free their places', async () => {
    const { asked, open, store } = gated(directory.scope.store);
    const scope = directory.on(store);
    const running = find(scope, 'title co "x"');
    const waiting = Array.from({ length: limits.scansWaitingMax }, () =>
      refusal(find(scope, 'title co "x"')),
    );
    await settle();
    await vi.advanceTimersByTimeAsync(limits.scanTurnSecondsMax * 1_000);
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject(refused);
    const next = find(scope, 'title co "x"');
    await settle();
    expect(asked).toHaveLength(1);
    open();
    await Promise.all([running, next]);
  });

  test('free their places when they fail', async () => {
    const failing = { ...directory.scope.store };
    const broken = interceptCommits(
      directory.scope.store,
      (inner) =>
        (...commit) =>
          inner.commit(...commit),
    );
    const scope = directory.on({ ...failing, ...broken, query: () => Promise.reject(new Error('broken')) });
    for (let sent = 0; sent < 3; sent += 1)
      await expect(find(scope, 'title co "x"')).rejects.toThrow('broken');
    expect((await find(directory.scope, 'title co "x"')).total).toBe(0);
  });
});
