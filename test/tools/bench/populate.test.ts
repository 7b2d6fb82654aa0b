import { afterAll, expect, test } from 'vitest';
import { totalOf } from '../../../lib/directory/counts.ts';
import { presentMembers } from '../../../lib/directory/members/memberships.ts';
import { readResource, writeResource } from '../../../lib/directory/resources.ts';
import { ownerOf } from '../../../lib/directory/unique-values.ts';
import { groupType, userType } from '../../../lib/scim/schema/resource-types.ts';
import { validateResource } from '../../../lib/scim/validate.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { benchScope, populate } from '../../../tools/bench/populate.ts';
import { sampleKeys, sampleUser } from '../../../tools/bench/sample-user.ts';

const store = openEmbeddedStore({ path: ':memory:' });
afterAll(() => store.close());

test('populate() leaves the documents that requests would leave', async () => {
  const scope = benchScope(store, 'populated');
  const { userIds, groupId = '' } = await populate(scope, { users: 130, members: 100 });

  expect([await totalOf(scope, userType), await totalOf(scope, groupType)]).toEqual([130, 1]);
  const { userName: value } = sampleKeys(77);
  expect(await ownerOf(scope, userType, { attribute: 'userName', value })).toBe(userIds[77]);
  const members = await presentMembers(scope, groupId, userIds);
  expect([...members.keys()].sort()).toEqual(userIds.slice(0, 100).sort());
  expect((await readResource(scope, groupType, groupId))?.document.memberCount).toBe(100);
});

test('populate() lays a user and its record out as writeResource() does', async () => {
  const scopes = { populated: benchScope(store, 'same-a'), written: benchScope(store, 'same-b') };
  const { userIds } = await populate(scopes.populated, { users: 1 });
  const resource = validateResource(sampleUser(0), userType, { context: 'create' });
  await writeResource(scopes.written, userType, { id: userIds[0] ?? '', resource, operation: 'create' });

  const [populated, written] = await Promise.all(
    Object.values(scopes).map(async ({ tenantId }) => {
      const partition = { container: 'users', tenantId } as const;
      const pages = ['user', 'unique', 'count-user', 'record'].map((kind) =>
        store.query({ ...partition, kind, limit: 10 }),
      );
      const found = (await Promise.all(pages)).flatMap(({ documents }) => documents);
      return JSON.stringify(found.map(({ document }) => document)).replaceAll(
        /"(record:[^"]+|same-[ab]|requestId":"[^"]+|\d{4}-\d\d-\d\dT[^"]+)"|"due":\d+/g,
        '"…"',
      );
    }),
  );
  expect(populated).toBe(written);
});
