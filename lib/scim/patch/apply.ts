import { ScimError } from '../errors.ts';
import type { PatchPath } from '../filter/ast.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { type Assignment, inOperation, type PatchOperation, parseAssignments } from '../message/patch-op.ts';
import type { ResourceType, Schema } from '../schema/attribute.ts';
import { assign, omit, unlessEmpty } from './assign.ts';
import { modify, type ValueChange } from './modify.ts';
import { type AttributeTarget, isReadOnly, resolveTarget } from './target.ts';

/**
 * Applies the operations of a PATCH in their order to a copy of the resource (RFC 7644 3.5.2); all of
 * them or, by throwing, none. Yields the very resource when they change nothing. Null and the empty array
 * unassign (RFC 7643 2.5). Throws `invalidPath`, `invalidFilter`, `invalidValue`, `mutability` or
 * `noTarget` with the number of the operation.
 */
export function applyPatch(
  resource: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
): JsonObject {
  return operations.reduce(
    (current, operation) => inOperation(operation.number, () => applyOperation(current, operation, type)),
    resource,
  );
}

function applyOperation(resource: JsonObject, operation: PatchOperation, type: ResourceType): JsonObject {
  const { op, path, value, selectsOne = false } = operation;
  const change = { op, selectsOne, value };
  if (path) return applyAt(resource, path, { type, change, isNamed: true });
  if (op === 'remove') throw new ScimError('noTarget', { detail: 'A remove needs a "path"' });
  return applyAssignments(resource, parseAssignments(value), { type, change, isNamed: false });
}

/** How an operation meets the resource. */
interface Application {
  readonly type: ResourceType;
  readonly change: ValueChange;
  /**
   * Whether "path" names the attribute; what a value without path carries along and cannot change is
   * ignored.
   */
  readonly isNamed: boolean;
}

function applyAssignments(
  resource: JsonObject,
  assignments: readonly Assignment[],
  { type, change }: Application,
): JsonObject {
  return assignments.reduce(
    (current, { path, value }) =>
      applyAt(current, path, { type, change: { op: change.op, value }, isNamed: false }),
    resource,
  );
}

function applyAt(resource: JsonObject, path: PatchPath, application: Application): JsonObject {
  const target = resolveTarget(application.type, path);
  if (target.kind === 'extension') return applyToExtension(resource, target.extension, application);
  if (isReadOnly(target)) {
    if (!application.isNamed) return resource;
    throw new ScimError('mutability', { detail: `${target.label} is readOnly` });
  }
  return applyToAttribute(resource, target, application.change);
}

function applyToAttribute(resource: JsonObject, target: AttributeTarget, change: ValueChange): JsonObject {
  const { extension, attribute, label } = target;
  if (extension) {
    const attributes = attributesOf(resource, extension);
    return withExtension(resource, extension, modify(attributes, target, change));
  }
  if (attribute.name !== 'schemas') return modify(resource, target, change);

  // The URNs follow from the attributes that the resource holds, so they are not kept.
  if (change.op !== 'remove') return resource;
  throw new ScimError('mutability', { detail: `${label} is required and cannot be removed` });
}

/** An extension as a whole takes an object of its attributes, as a complex attribute does. */
function applyToExtension(resource: JsonObject, extension: Schema, application: Application): JsonObject {
  const { op, value } = application.change;
  if (op === 'remove' || value === null) return removeExtension(resource, extension);
  const assignments = parseAssignments(value, extension.id);
  return applyAssignments(
    resource,
    assignments.filter(({ key }) => !isSchemas(key)),
    application,
  );
}

/** Some clients repeat the message's "schemas" inside an extension, which has no such attribute. */
function isSchemas(key: string): boolean {
  return key.toLowerCase() === 'schemas';
}

function removeExtension(resource: JsonObject, extension: Schema): JsonObject {
  const emptied = extension.attributes.reduce(
    (attributes, attribute) =>
      assign(attributes, { attribute, label: `${extension.id}:${attribute.name}` }, undefined),
    attributesOf(resource, extension),
  );
  return withExtension(resource, extension, emptied);
}

function attributesOf(resource: JsonObject, { id }: Schema): JsonObject {
  const attributes = Object.hasOwn(resource, id) ? resource[id] : undefined;
  return isJsonObject(attributes) ? attributes : {};
}

function withExtension(resource: JsonObject, extension: Schema, attributes: JsonObject): JsonObject {
  const present = Object.hasOwn(resource, extension.id) ? resource[extension.id] : undefined;
  const next = unlessEmpty(attributes);
  if (next === present) return resource;
  return next ? { ...resource, [extension.id]: next } : omit(resource, extension.id);
}
