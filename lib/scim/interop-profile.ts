import { ScimError } from './errors.ts';
import { printPatchPath } from './filter/printer.ts';
import { inOperation, type PatchOperation } from './message/patch-op.ts';
import type { ResourceType } from './schema/attribute.ts';
import { resolvePath } from './schema/lookup.ts';

/**
 * Holds a PATCH to the interoperability profile (draft-zollner-scim-interop-profile): every operation has a path, no
 * path occurs twice, a filter selects one value and ends in a sub-attribute, and a replaced complex attribute keeps
 * nothing.
 *
 * Throws ScimError `invalidSyntax` or `invalidPath` with the number of the operation.
 */
export function toInteropOperations(
  operations: readonly PatchOperation[],
  type: ResourceType,
): readonly PatchOperation[] {
  const seen = new Set<string>();
  return operations.flatMap((operation) =>
    inOperation(operation.number, () => {
      requireOwnPath(operation, seen);
      const single = { ...operation, selectsOne: true };
      return replacesComplex(operation, type) ? replaceWhole(single) : [single];
    }),
  );
}

function requireOwnPath({ path }: PatchOperation, seen: Set<string>): void {
  if (!path) throw new ScimError('invalidSyntax', { detail: 'An operation needs a "path"' });
  const text = printPatchPath(path).toLowerCase();
  if (seen.has(text)) {
    throw new ScimError('invalidSyntax', {
      detail: 'An earlier operation has the same "path": send one for each',
    });
  }
  seen.add(text);
  if (path.filter && path.sub === undefined && path.path.name.toLowerCase() !== 'members') {
    throw new ScimError('invalidPath', { detail: 'A "path" with a filter must end in a sub-attribute' });
  }
}

function replacesComplex({ op, path }: PatchOperation, type: ResourceType): boolean {
  if (op !== 'replace' || !path || path.filter) return false;
  const resolved = resolvePath(type, path.path);
  return resolved?.attribute?.type === 'complex' && !resolved.attribute.multiValued && !resolved.sub;
}

/** What RFC 7644 3.5.2.3 would merge is taken away first. */
function replaceWhole(operation: PatchOperation): readonly PatchOperation[] {
  const { value: _value, ...rest } = operation;
  return [
    { ...rest, op: 'remove' },
    { ...operation, op: 'add' },
  ];
}

/** Refuses an attribute that no schema has; for `validateResource`. */
export function refuseUnknown(path: string): never {
  throw new ScimError('invalidSyntax', {
    detail: `${path.slice(0, 200)} is not an attribute of this resource type`,
  });
}
