import { describe, expect, test } from 'vitest';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readResource, writeResource } from '../../lib/directory/resources.ts';
import { restoreResource } from '../../lib/directory/restore.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import { openDirectory } from './directory.ts';

const sharing = (scope: DirectoryScope, unique: readonly string[] = []): DirectoryScope => ({
  ...scope,
  uniqueAttributes: { ...scope.uniqueAttributes, User: unique },
});

async function write(scope: DirectoryScope, id: string, externalId = 'same'): Promise<void> {
  const before = await readResource(scope, userType, id);
  const operation = before ? 'replace' : 'create';
  await writeResource(scope, userType, { id, before, resource: { userName: id, externalId }, operation });
}

async function remove(scope: DirectoryScope, id: string): Promise<void> {
  const stored = await readResource(scope, userType, id);
  if (stored) await deleteFromDirectory(scope, userType, { stored, graceDays: 30 });
}

describe('B9: an attribute that is unique for a while', () => {
  test.each([
    ['is created', (scope: DirectoryScope) => write(scope, 'new')],
    ['is restored', (scope: DirectoryScope) => restoreResource(scope, userType, 'old')],
    [
      'gets it',
      async (scope: DirectoryScope) => {
        await write(scope, 'new', 'other');
        await write(scope, 'new');
      },
    ],
  ])('leaves no value taken when its users are gone: one %s', async (_, arrive) => {
    await using directory = openDirectory();
    const { scope } = directory;
    const strict = sharing(scope, ['externalId']);
    await write(strict, 'old');
    await remove(sharing(scope), 'old');
    await arrive(strict);
    await expect(write(strict, 'third')).rejects.toMatchObject({ code: 'uniqueness' });
    expect(await directory.all('users', 'unique')).toHaveLength(1);
  });

  test('keeps the value of a user who has it no more, and gives it to the next', async () => {
    await using directory = openDirectory();
    const strict = sharing(directory.scope, ['externalId']);
    await write(strict, 'old');
    await write(sharing(directory.scope), 'old', 'other');
    await write(strict, 'new');
    await expect(write(strict, 'third')).rejects.toMatchObject({ code: 'uniqueness' });
  });

  test.each([
    ['changed', (scope: DirectoryScope) => write(scope, 'late', 'other')],
    ['deleted', (scope: DirectoryScope) => remove(scope, 'late')],
  ])('does not keep a user who came before it was known everywhere from being %s', async (_, act) => {
    await using directory = openDirectory();
    const { scope } = directory;
    await write(sharing(scope), 'late');
    const strict = sharing(scope, ['externalId']);
    await act(strict);
    await write(strict, 'new');
    const owners = (await directory.all('users', 'unique')).map(({ owner }) => owner);
    expect(owners).toContain('new');
  });
});
