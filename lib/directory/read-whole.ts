import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Stored } from '../store/document-store.ts';
import { readGroup } from './members/groups.ts';
import type { ResourceDocument } from './resource-document.ts';
import { readResource, type StoredResource } from './resources.ts';
import type { DirectoryScope } from './scope.ts';

/** Reads a resource as it is once everything decided about it is done. */
export function readWhole(
  scope: DirectoryScope,
  type: ResourceType,
  id: string,
): Promise<StoredResource | undefined> {
  return type.name === 'Group' ? readGroup(scope, type, id) : readResource(scope, type, id);
}

/** Finishes what was decided about a resource on the page before it is shown. */
export async function wholeOf(
  scope: DirectoryScope,
  type: ResourceType,
  page: readonly Stored[],
): Promise<readonly ResourceDocument[]> {
  const documents = page.map(({ document }) => document as ResourceDocument);
  const whole = documents.map(async (document) =>
    document.intent ? (await readWhole(scope, type, document.id))?.document : document,
  );
  return (await Promise.all(whole)).filter((document) => document !== undefined);
}
