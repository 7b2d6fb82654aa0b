import type { Path } from '../scim/filter/condition.ts';
import type { JsonObject } from '../scim/json.ts';
import { schemasOf } from '../scim/project.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { toSearchForm } from '../scim/schema/search-form.ts';
import type { Document } from '../store/document-store.ts';
import { kindOf } from './scope.ts';
import { orderOf } from './sort-order.ts';

/** The document of one resource. */
export interface ResourceDocument extends Document {
  /** Increases with every change, also of memberships. The ETag is made from it. */
  readonly revision: number;
  /** ISO 8601 UTC with milliseconds, like `lastModified`. */
  readonly created: string;
  readonly lastModified: string;
  /** The resource as the client sent it, without `schemas`, `id`, `meta` and memberships; not indexed. */
  readonly resource: JsonObject;
  /** The normalised copy that filters and indexes read. */
  readonly search: JsonObject;
  /** The texts that the store can sort it by, by attribute name. */
  readonly order: Readonly<Record<string, string | null>>;
  /** Hashes, which are never returned or searched. */
  readonly secret?: { readonly password: string };
  /** Groups only. */
  readonly memberCount?: number;
  /** Groups only: the mark of an unfinished membership change, to be completed before anything is read. */
  readonly intent?: string;
}

/** The values from which a resource's document is made; times are ISO 8601 UTC with milliseconds. */
interface ResourceState {
  readonly tenantId: string;
  readonly id: string;
  readonly type: ResourceType;
  readonly resource: JsonObject;
  readonly revision: number;
  readonly created: string;
  readonly lastModified: string;
}

/** Makes the document of a resource. */
export function toResourceDocument(state: ResourceState): ResourceDocument {
  const { tenantId, id, type, resource, revision, created, lastModified } = state;
  const search = {
    ...toSearchForm(resource, type),
    id,
    schemas: schemasOf(resource, type),
    meta: { resourceType: type.name, created },
  };
  const order = orderOf(search, type);
  return { tenantId, id, kind: kindOf(type), revision, created, lastModified, resource, search, order };
}

/**
 * Finds the place in a resource's document for a path of the search form. The id and the times stand at the top of the
 * document, everything else below `search`.
 */
export function documentPath(path: Path): Path {
  const [name, sub] = path;
  if (name === 'id' && sub === undefined) return ['id'];
  const isTime = name === 'meta' && (sub === 'created' || sub === 'lastModified');
  return isTime ? [sub] : ['search', ...path];
}
