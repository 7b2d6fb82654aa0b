import { ScimError } from '../errors.ts';
import type { PatchPath } from '../filter/ast.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { type Assignment, inOperation, type PatchOperation, parseAssignments } from '../message/patch-op.ts';
import type { ResourceType, Schema } from '../schema/attribute.ts';
import { assign, omit, unlessEmpty } from './assign.ts';
import { modify, type ValueChange } from './modify.ts';
import { type AttributeTarget, resolveTarget } from './target.ts';

/**
 * Applies the operations of a PATCH, one after the other, to a copy of the resource (RFC 7644 3.5.2). Returns the same
 * object if nothing changes. Null and an empty array unassign an attribute (RFC 7643 2.5). Throws ScimError
 * `invalidPath`, `invalidFilter`, `invalidValue`, `mutability` or `noTarget` with the number of the operation.
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
  const { op, path, value, selectsOne = false, mustSelect = false } = operation;
  const change = { op, selectsOne, mustSelect, value };
  if (path) return applyAt(resource, path, { type, change, isNamed: true });
  if (op === 'remove') throw new ScimError('noTarget', { detail: 'A remove needs a "path"' });
  return applyAssignments(resource, parseAssignments(value), { type, change, isNamed: false });
}

/** One change, and the way in which the operation names its attribute. */
interface Application {
  readonly type: ResourceType;
  readonly change: ValueChange;
  /** True if "path" names the attribute. In a value without path, readOnly attributes are ignored. */
  readonly isNamed: boolean;
}

function applyAssignments(
  resource: JsonObject,
  assignments: readonly Assignment[],
  { type, change }: Application,
): JsonObject {
  return assignments.reduce(
    (current, { path, value }) =>
      applyAt(current, path, { type, change: { ...change, value }, isNamed: false }),
    resource,
  );
}

function applyAt(resource: JsonObject, path: PatchPath, application: Application): JsonObject {
  const target = resolveTarget(application.type, path, application.change.op);
  if (target.kind === 'extension') return applyToExtension(resource, target.extension, application);
  if (isReadOnly(target)) {
    if (!application.isNamed) return resource;
    throw new ScimError('mutability', { detail: `${target.label} is readOnly: leave it out` });
  }
  return applyToAttribute(resource, target, application.change);
}

/** Tells whether clients can only read the target (RFC 7643 2.2). */
function isReadOnly({ attribute, sub }: AttributeTarget): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}

function applyToAttribute(resource: JsonObject, target: AttributeTarget, change: ValueChange): JsonObject {
  const { extension, attribute, label } = target;
  if (extension) {
    const attributes = attributesOf(resource, extension);
    return withExtension(resource, extension, modify(attributes, target, change));
  }
  if (attribute.name !== 'schemas') return modify(resource, target, change);

  // The URNs are derived from the attributes of the resource, so they are not stored.
  if (change.op !== 'remove') return resource;
  throw new ScimError('mutability', {
    detail: `${label} is required and cannot be removed: leave this operation out`,
  });
}

/** Changes a whole extension. Like a complex attribute, it takes an object of its attributes. */
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

/** Some clients repeat the "schemas" of the message inside an extension, which does not have that attribute. */
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
