import { expect, test } from 'vitest';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readResource, type StoredResource, writeResource } from '../../lib/directory/resources.ts';
import { modifyResource } from '../../lib/provisioning/modify.ts';
import type { JsonObject } from '../../lib/scim/json.ts';
import { parsePatchOp } from '../../lib/scim/message/patch-op.ts';
import { defaultSelection } from '../../lib/scim/project.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import { override } from '../../lib/store/store-until.ts';
import { contextIn } from '../../tools/bench/in-process.ts';
import { addUser, openDirectory } from '../directory/directory.ts';

const shown = { answer: 'none', selection: defaultSelection(userType) } as const;
const named = { op: 'add', path: 'displayName', value: 'Ada' };

/** A user whose cheap reads show an older state, as Cosmos DB may for what another instance has written. */
async function openStale(change: (stored: StoredResource) => JsonObject | undefined) {
  const directory = openDirectory();
  const { scope } = directory;
  const id = await addUser(scope, 'ada');
  const old = (await readResource(scope, userType, id)) as StoredResource;
  const resource = change(old);
  if (resource) await writeResource(scope, userType, { id, before: old, resource, operation: 'modify' });
  else await deleteFromDirectory(scope, userType, { stored: old, graceDays: 30 });
  const store = override(scope.store, (inner) => ({
    read: (key, freshness) => (freshness === 'recent' ? Promise.resolve(old) : inner.read(key, freshness)),
  }));
  const context = contextIn(directory.on(store));
  return {
    modify(operation: JsonObject, ifMatch?: string) {
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
      const operations = parsePatchOp({ schemas, Operations: [operation] }, context.traits);
      return modifyResource(context, { type: userType, id, operations, ifMatch, ...shown });
    },
    resource: async () => (await readResource(scope, userType, id))?.document.resource,
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

test('a PATCH changes the latest state, also if the first read shows an older one', async () => {
  await using user = await openStale(() => ({ userName: 'ada', title: 'Dr' }));
  await user.modify(named);
  expect(await user.resource()).toMatchObject({ title: 'Dr', displayName: 'Ada' });
});

test('a PATCH that would change nothing in an older state is not lost', async () => {
  await using user = await openStale(() => ({ userName: 'ada', title: 'Dr' }));
  await user.modify({ op: 'remove', path: 'title' });
  expect(await user.resource()).not.toHaveProperty('title');
});

test('a version is compared with the latest state', async () => {
  await using user = await openStale(() => ({ userName: 'ada', title: 'Dr' }));
  await expect(user.modify(named, 'W/"1"')).rejects.toThrow(
    expect.objectContaining({ code: 'versionMismatch' }),
  );
  await user.modify(named, 'W/"2"');
  expect(await user.resource()).toMatchObject({ displayName: 'Ada' });
});

test('a user that is gone is not found, although the first read shows it', async () => {
  await using user = await openStale(() => undefined);
  await expect(user.modify(named)).rejects.toThrow(expect.objectContaining({ code: 'notFound' }));
});
