import { invalidSyntax, invalidValue, ScimError } from './errors.ts';
import { equalJson, isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { Attribute, ResourceType } from './schema/attribute.ts';
import { findExtension } from './schema/lookup.ts';
import { active } from './schema/user.ts';
import { layoutOf, layoutOfType } from './validate/layout.ts';
import { isMissing, type OnUnknown, readAttributes, requireValues } from './validate/read.ts';

/** The purpose of a body. `current` is the resource that it replaces. */
type ValidateOptions = {
  /** Is called with each unknown attribute and schema, which is ignored unless the callback throws. */
  readonly onUnknown?: OnUnknown;
} & ({ readonly context: 'create' } | { readonly context: 'replace'; readonly current: JsonObject });

/**
 * Validates the body of a create or replace request (RFC 7644 3.3 and 3.5.1) and returns the resource. Its attributes
 * have their canonical names. `schemas` and all readOnly, unknown and unassigned attributes are left out. Throws
 * ScimError `invalidSyntax`, `invalidValue` or `mutability`.
 */
export function validateResource(body: JsonValue, type: ResourceType, options: ValidateOptions): JsonObject {
  if (!isJsonObject(body)) {
    throw invalidSyntax(`The request body must be a JSON object with the attributes of ${type.name}`);
  }
  checkSchemas(body, type, options.onUnknown);
  const place = { prefix: '', onUnknown: options.onUnknown };
  const asserted = readAttributes(body, layoutOfType(type), place);
  const resource =
    options.context === 'replace'
      ? settle({ next: asserted, current: options.current }, type, 'notAsserted')
      : asserted;
  requireAll(resource, type);
  return resource;
}

/**
 * Validates a resource after a PATCH (RFC 7644 3.5.2) and returns it with canonical names. Throws ScimError
 * `invalidValue` for a value that does not fit its attribute. Throws `mutability` if a required attribute was removed
 * or an immutable one was changed.
 */
export function validateModified(
  resource: JsonObject,
  type: ResourceType,
  { current }: { readonly current: JsonObject },
): JsonObject {
  const next = readAttributes(resource, layoutOfType(type), { prefix: '', isStored: true });
  const modified = settle({ next, current }, type, 'cleared');
  refuseRemoval(modified, type, current);
  requireAll(modified, type);
  return modified;
}

/** Checks that `schemas` names the core schema (RFC 7643 3), and reports others than the extensions of the type. */
function checkSchemas(body: JsonObject, type: ResourceType, onUnknown?: OnUnknown): void {
  const name = Object.keys(body).find((key) => key.toLowerCase() === 'schemas');
  const urns = name === undefined ? undefined : body[name];
  if (!isJsonArray(urns) || urns.length === 0) {
    throw invalidSyntax(`schemas must be an array that contains "${type.schema.id}"`);
  }
  const core = type.schema.id.toLowerCase();
  let namesCore = false;
  for (const urn of urns) {
    if (typeof urn !== 'string') {
      throw invalidSyntax('schemas must be an array of strings');
    }
    if (urn.toLowerCase() === core) namesCore = true;
    else if (!findExtension(type, urn)) onUnknown?.(urn, 'schema');
  }
  if (!namesCore) {
    throw invalidSyntax(`schemas must contain "${type.schema.id}"`);
  }
}

function requireAll(resource: JsonObject, type: ResourceType): void {
  requireValues(resource, type.schema.attributes, '');
  for (const { schema, required } of type.extensions) {
    const extension = resource[schema.id];
    if (isJsonObject(extension)) requireValues(extension, schema.attributes, `${schema.id}:`);
    else if (required) throw invalidValue(`${schema.id} is required`);
  }
}

function refuseRemoval(modified: JsonObject, type: ResourceType, current: JsonObject): void {
  const removed = type.schema.attributes.find(
    (attribute) => isMissing(modified, attribute) && !isMissing(current, attribute),
  );
  if (removed) {
    throw new ScimError('mutability', {
      detail: `${removed.name} is required and cannot be removed: replace it`,
    });
  }
}

/** The meaning of a missing attribute: cleared (after a PATCH) or not asserted (in a PUT). */
type Omission = 'cleared' | 'notAsserted';

/** The new and the current state of a resource, or of a complex value or extension in it. */
interface States {
  readonly next: JsonObject;
  readonly current: JsonObject;
}

/**
 * Compares the new state of a resource with its current one (RFC 7644 3.5.1) and returns the state to store. An
 * attribute that is immutable or never returned, or `active`, keeps its value if a replacement does not name it.
 * Throws ScimError `mutability` if an immutable value would change.
 */
function settle(states: States, type: ResourceType, omission: Omission): JsonObject {
  const settled: Record<string, JsonValue> = {};
  for (const { name, attribute, extension } of layoutOfType(type).fields) {
    const value = attribute
      ? settleAttribute(states, attribute, { prefix: '', omission })
      : settleInside(states, extension?.attributes ?? [], { name, prefix: `${name}:`, omission });
    if (value !== undefined) settled[name] = value;
  }
  return settled;
}

interface At {
  readonly prefix: string;
  readonly omission: Omission;
}

function settleAttribute(states: States, attribute: Attribute, at: At): JsonValue | undefined {
  const { name, mutability, returned, multiValued } = attribute;
  const [next, current] = [states.next[name], states.current[name]];
  if (current === undefined || equalJson(next, current)) return next;

  const isKept = mutability === 'immutable' || returned === 'never' || attribute === active;
  if (next === undefined && isKept && at.omission === 'notAsserted') return current;
  if (mutability === 'immutable') {
    throw new ScimError('mutability', {
      detail: `${at.prefix}${name} is immutable: send its current value or leave it out`,
    });
  }
  // The elements of a multi-valued attribute have no identity, so they are only replaced together.
  if (attribute.type !== 'complex' || multiValued || next === undefined) return next;
  return settleInside(states, attribute.subAttributes ?? [], { ...at, name, prefix: `${at.prefix}${name}.` });
}

function settleInside(
  states: States,
  attributes: readonly Attribute[],
  { name, ...at }: At & { readonly name: string },
): JsonObject | undefined {
  const next = states.next[name];
  const current = states.current[name];
  if (!isJsonObject(current)) return isJsonObject(next) ? next : undefined;

  const inside = { next: isJsonObject(next) ? next : {}, current };
  const settled: Record<string, JsonValue> = {};
  for (const field of layoutOf(attributes).fields) {
    const value = field.attribute && settleAttribute(inside, field.attribute, at);
    if (value !== undefined) settled[field.name] = value;
  }
  return Object.keys(settled).length > 0 ? settled : undefined;
}
