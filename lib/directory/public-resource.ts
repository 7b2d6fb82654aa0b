import type { JsonObject } from '../scim/json.ts';
import type { ResourceDocument } from './resource-document.ts';

/**
 * A user or group as operators and the product see it: the attributes that the client provided, with the revision as
 * `version`. A group has the number of its members in place of them.
 */
export function publicResource(document: ResourceDocument): JsonObject & { readonly version: number } {
  const { resource, id, revision: version, created, lastModified, kind, memberCount = 0 } = document;
  const state = { ...resource, id, version, created, lastModified };
  return kind === 'group' ? { ...state, memberCount } : state;
}
