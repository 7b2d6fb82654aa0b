import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Stored } from '../store/document-store.ts';
import { readGroup } from './members/groups.ts';
import type { ResourceDocument } from './resource-document.ts';
import { readResource, type StoredResource } from './resources.ts';
import type { DirectoryScope } from './scope.ts';

/** Reads a resource. It first completes a membership change of a group that is not finished. */
export function readWhole(
  scope: DirectoryScope,
  type: ResourceType,
  id: string,
): Promise<StoredResource | undefined> {
  return type.name === 'Group' ? readGroup(scope, type, id) : readResource(scope, type, id);
}

/** The documents of a page. It first completes the membership changes of groups that are not finished. */
export async function wholeOf(
  scope: DirectoryScope,
  type: ResourceType,
  page: readonly Stored[],
): Promise<readonly ResourceDocument[]> {
  const documents = page.map(({ document }) => document as ResourceDocument);
  const completed = documents.map(async (document) =>
    document.intent ? (await readWhole(scope, type, document.id))?.document : document,
  );
  return (await Promise.all(completed)).filter((document) => document !== undefined);
}
