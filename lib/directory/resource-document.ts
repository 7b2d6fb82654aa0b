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
  /** Grows with every change, of memberships too; the ETag is made of it. */
  readonly revision: number;
  /** ISO 8601 UTC with milliseconds, like `lastModified`. */
  readonly created: string;
  readonly lastModified: string;
  /** The resource as it was given, without `schemas`, `id`, `meta` and memberships; not indexed. */
  readonly resource: JsonObject;
  /** The normalised copy that filters and indexes read. */
  readonly search: JsonObject;
  /** What of it the store can sort by. */
  readonly order: Readonly<Record<string, string | null>>;
  /** Hashes that are never returned nor searched. */
  readonly secret?: { readonly password: string };
  /** Groups only. */
  readonly memberCount?: number;
  /** Groups only: the mark of a membership change that began and must be rolled forward before anything is read. */
  readonly intent?: string;
}

/** All that a resource's document is derived from; times are ISO 8601 UTC with milliseconds. */
interface ResourceState {
  readonly tenantId: string;
  readonly id: string;
  readonly type: ResourceType;
  readonly resource: JsonObject;
  readonly revision: number;
  readonly created: string;
  readonly lastModified: string;
}

/** Lays a resource out as its document. */
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
 * Where a resource's document holds what stands at a path of the search form: at the top what can change without the
 * resource, and what names the document itself.
 */
export function documentPath(path: Path): Path {
  const [name, sub] = path;
  if (name === 'id' && sub === undefined) return ['id'];
  return name === 'meta' && sub === 'lastModified' ? ['lastModified'] : ['search', ...path];
}
