import { expect, test } from 'vitest';
import { countAccounts, listAccounts } from '../../../lib/accounts/list-accounts.ts';
import type { AccountScope } from '../../../lib/accounts/scope.ts';
import { createTrail } from '../../../lib/audit/query.ts';
import { deleteFromDirectory } from '../../../lib/directory/deletion.ts';
import { readResource } from '../../../lib/directory/resources.ts';
import { findUsers } from '../../../lib/manage/find-users.ts';
import type { Condition } from '../../../lib/scim/filter/condition.ts';
import { userType } from '../../../lib/scim/schema/resource-types.ts';
import { containerDefinitions } from '../../../lib/store/cosmos/containers.ts';
import type { Container, DocumentStore } from '../../../lib/store/document-store.ts';
import { override } from '../../../lib/store/store-until.ts';
import { deliver } from '../../audit/delivery.ts';
import { addGroup, addUser, openDirectory } from '../../directory/directory.ts';

/** The paths that a condition compares, as Cosmos DB names them in an indexing policy. */
function pathsOf(condition: Condition, base = ''): readonly string[] {
  if ('conditions' in condition) return condition.conditions.flatMap((term) => pathsOf(term, base));
  const path = [base, ...('path' in condition ? condition.path : [])].join('/');
  if (condition.kind === 'any') return pathsOf(condition.condition, `${path}/[]`);
  return condition.kind === 'not' ? pathsOf(condition.condition, base) : [`${path}/?`];
}

/** The store, which adds the paths of its queries to `seen`, by container. */
function noting(store: DocumentStore, seen: Set<string>): DocumentStore {
  const note = ({ container, where }: { container: Container; where?: Condition }) => {
    for (const path of where ? pathsOf(where) : []) seen.add(`${container} ${path}`);
  };
  return override(store, (inner) => ({
    query: (query) => {
      note(query);
      return inner.query(query);
    },
    count: (query) => {
      note(query);
      return inner.count(query);
    },
  }));
}

test('the indexes hold what queries of our own compare', async () => {
  await using directory = openDirectory();
  const seen = new Set<string>();
  const store = noting(directory.scope.store, seen);
  const scope = directory.on(store);
  const accounts = { directory: scope, userType } as unknown as AccountScope;
  const id = await addUser(scope, 'one');
  await addGroup(scope, 'group', [id]);
  await findUsers(accounts, 'one');
  await listAccounts(accounts, { state: 'held', hold: 'noGroup', central: true });
  await countAccounts(accounts, { state: 'active' });
  const stored = await readResource(scope, userType, id);
  if (stored) await deleteFromDirectory(scope, userType, { stored, graceDays: 30 });
  await deliver({ ...directory, scope });
  const trail = createTrail(store);
  for (const name of ['credential', 'operation', 'outcome', 'resource', 'run']) {
    await trail.records('tenant', { [name]: 'x' }, { limit: 1 });
  }
  const indexed = containerDefinitions.flatMap(({ id, indexingPolicy }) =>
    indexingPolicy.includedPaths.map(({ path }) => `${id} ${path}`),
  );
  expect(seen.size).toBeGreaterThan(25);
  expect([...seen].filter((one) => !indexed.includes(one))).toEqual([]);
});
