import type { Condition } from '../../scim/filter/condition.ts';
import { matches } from '../../scim/filter/matches.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { readWhole } from '../read-whole.ts';
import type { ResourceDocument } from '../resource-document.ts';
import type { DirectoryScope } from '../scope.ts';
import { ownerOf } from '../unique-values.ts';
import { resolveEdges } from './edges.ts';

/** A term that at most one resource satisfies. */
export interface Pin {
  readonly attribute: string;
  readonly value: string;
}

/** Finds an `id` or unique value among the terms that must hold. */
export function findPin(scope: DirectoryScope, type: ResourceType, where: Condition): Pin | undefined {
  const terms = where.kind === 'and' ? where.conditions : [where];
  const unique = scope.uniqueAttributes[type.name] ?? [];
  for (const term of terms) {
    if (term.kind !== 'compare' || term.op !== 'eq' || typeof term.value !== 'string') continue;
    const [first, second, ...deeper] = term.path;
    if (first === 'id') return { attribute: 'id', value: term.value };
    const isUnique =
      first === 'search' && second !== undefined && deeper.length === 0 && unique.includes(second);
    if (isUnique) return { attribute: second, value: term.value };
  }
  return undefined;
}

/** Reads the one resource that can match, by its key. */
export async function findPinned(
  scope: DirectoryScope,
  type: ResourceType,
  { where, pin }: { where: Condition; pin: Pin },
): Promise<ResourceDocument | undefined> {
  const id = pin.attribute === 'id' ? pin.value : await ownerOf(scope, type, pin);
  if (id === undefined) return undefined;
  const [stored, rest] = await Promise.all([
    readWhole(scope, type, id),
    resolveEdges(scope, type, { condition: where, candidate: id }),
  ]);
  return stored && matches(rest, stored.document) ? stored.document : undefined;
}
