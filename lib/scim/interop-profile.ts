import { invalidSyntax, ScimError } from './errors.ts';
import type { PatchPath } from './filter/ast.ts';
import { printPatchPath } from './filter/printer.ts';
import { inOperation, type PatchOperation } from './message/patch-op.ts';
import type { ResourceType } from './schema/attribute.ts';
import { resolvePath } from './schema/lookup.ts';
import type { OnUnknown } from './validate/read.ts';

/**
 * Applies the interoperability profile (draft-zollner-scim-interop-profile) to a PATCH. Every operation has a path, and
 * no path occurs twice, except those of the attributes in `repeatable`. A filter selects one value, and a
 * sub-attribute follows it unless it selects members. Replacing a complex attribute removes the sub-attributes that
 * the new value lacks.
 *
 * Throws ScimError `invalidSyntax` or `invalidPath` with the number of the operation.
 */
export function toInteropOperations(
  operations: readonly PatchOperation[],
  { type, repeatable }: { readonly type: ResourceType; readonly repeatable: readonly string[] },
): readonly PatchOperation[] {
  const seen = new Set<string>();
  return operations.flatMap((operation) =>
    inOperation(operation.number, () => {
      const path = requirePath(operation);
      if (!repeatable.includes(path.path.name.toLowerCase())) requireNew(path, seen);
      const single = { ...operation, selectsOne: true };
      return replacesComplex(operation, type) ? replaceWhole(single) : [single];
    }),
  );
}

function requirePath({ path }: PatchOperation): PatchPath {
  if (!path) {
    throw invalidSyntax('An operation needs a "path": the client profile of this tenant requires it');
  }
  if (path.filter && path.sub === undefined && path.path.name.toLowerCase() !== 'members') {
    throw new ScimError('invalidPath', {
      detail: 'A "path" with a filter must end in a sub-attribute, such as emails[type eq "work"].value',
    });
  }
  return path;
}

function requireNew(path: PatchPath, seen: Set<string>): void {
  const text = printPatchPath(path).toLowerCase();
  if (seen.has(text)) {
    throw invalidSyntax('An earlier operation has the same "path": send one operation for each path');
  }
  seen.add(text);
}

function replacesComplex({ op, path }: PatchOperation, type: ResourceType): boolean {
  if (op !== 'replace' || !path || path.filter) return false;
  const resolved = resolvePath(type, path.path);
  return resolved?.attribute?.type === 'complex' && !resolved.attribute.multiValued && !resolved.sub;
}

/** Removes the present value first, because RFC 7644 3.5.2.3 would merge the new value into it. */
function replaceWhole(operation: PatchOperation): readonly PatchOperation[] {
  const { value: _value, ...rest } = operation;
  return [
    { ...rest, op: 'remove' },
    { ...operation, op: 'add' },
  ];
}

/** Throws ScimError `invalidSyntax` for an unknown attribute or schema. */
export function refuseUnknown(...[name, kind]: Parameters<OnUnknown>): never {
  const what = kind === 'schema' ? 'a schema' : 'an attribute';
  throw invalidSyntax(`${name.slice(0, 200)} is not ${what} of this resource type: leave it out`);
}
