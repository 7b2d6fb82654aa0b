import { limits } from '../base/limits.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Increment } from '../store/document-store.ts';
import { type DirectoryScope, kindOf, partitionOf } from './scope.ts';

const countKind = (type: ResourceType) => `count-${kindOf(type)}`;

/**
 * The change that counts a resource in or out, in the batch of its change. The id selects one of
 * `limits.countShards` documents, so that writers rarely meet on one.
 */
export function countChange(type: ResourceType, id: string, by: 1 | -1): Increment {
  const shard = Number.parseInt(id.slice(-4), 16) % limits.countShards;
  const kind = countKind(type);
  return { op: 'increment', kind, id: `${kind}:${shard || 0}`, by: { total: by }, ifAbsent: 'create' };
}

/** The number of a tenant's resources of a type. It takes one query, whatever the number. */
export async function totalOf(scope: DirectoryScope, type: ResourceType): Promise<number> {
  const { documents } = await scope.store.query({
    ...partitionOf(scope, type),
    kind: countKind(type),
    limit: limits.countShards,
  });
  return documents.reduce((sum, { document }) => sum + Number(document.total), 0);
}
