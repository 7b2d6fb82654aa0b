import { ScimError } from './errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { QueryParameters } from './message/search-request.ts';
import { type ProjectedField, planProjection } from './project/plan.ts';
import type { ResourceType } from './schema/attribute.ts';

/** Which attributes of a resource type a client wants, decided once for many resources. */
export type Selection = readonly ProjectedField[];

/**
 * Reads `attributes` and `excludedAttributes` (RFC 7644 3.9); names that the resource type does not have
 * select nothing. Throws invalidValue when both are given.
 */
export function parseSelection(parameters: QueryParameters, type: ResourceType): Selection {
  const attributes = toNames('attributes', parameters.attributes);
  const excludedAttributes = toNames('excludedAttributes', parameters.excludedAttributes);
  if (attributes && excludedAttributes) {
    throw new ScimError('invalidValue', {
      detail: 'The parameters attributes and excludedAttributes exclude each other: send one of them',
    });
  }
  if (attributes) return planProjection(type, { mode: 'only', names: attributes });
  if (!excludedAttributes) return defaultSelection(type);
  return planProjection(type, { mode: 'except', names: excludedAttributes });
}

const defaults = new WeakMap<ResourceType, Selection>();

/** Gives the selection of a request without parameters: what is returned by default (RFC 7643 7). */
export function defaultSelection(type: ResourceType): Selection {
  let selection = defaults.get(type);
  if (!selection) {
    selection = planProjection(type, { mode: 'default', names: [] });
    defaults.set(type, selection);
  }
  return selection;
}

/** Tells whether a representation may hold the attribute, or its sub-attribute, so that nothing is read in vain. */
export function selects(selection: Selection, name: string, sub?: string): boolean {
  const field = selection.find((one) => one.name === name);
  return field !== undefined && (sub === undefined || !field.fields || selects(field.fields, sub));
}

/**
 * Gives the representation of a resource that a client asked for (RFC 7644 3.9): `schemas` of the whole
 * resource, then `id`, `externalId`, the core attributes, the extensions and `meta`, as far as they are
 * selected.
 */
export function project(resource: JsonObject, type: ResourceType, selection: Selection): JsonObject {
  return pickInto({ schemas: schemasOf(resource, type) }, resource, selection);
}

function toNames(parameter: string, value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = typeof value === 'string' ? value.split(',') : value;
  if (!isJsonArray(list) || !list.every((name) => typeof name === 'string')) {
    throw new ScimError('invalidValue', {
      detail: `The parameter ${parameter} must be a list of attribute names`,
    });
  }
  const names = list.map((name) => name.trim()).filter((name) => name !== '');
  return names.length > 0 ? names : undefined;
}

/** Gives the URNs of the core schema and of the extensions of which a resource holds values (RFC 7643 3). */
export function schemasOf(resource: JsonObject, type: ResourceType): readonly string[] {
  const present = type.extensions.filter(({ schema }) => isJsonObject(resource[schema.id]));
  return [type.schema.id, ...present.map(({ schema }) => schema.id)];
}

function pickInto(
  target: Record<string, JsonValue>,
  source: JsonObject,
  fields: readonly ProjectedField[],
): JsonObject {
  for (const { name, fields: inner } of fields) {
    const value = source[name];
    if (value === undefined || value === null) continue;
    const picked = inner ? pick(value, inner) : value;
    if (picked !== undefined) target[name] = picked;
  }
  return target;
}

function pick(value: JsonValue, fields: readonly ProjectedField[]): JsonValue | undefined {
  if (isJsonArray(value)) {
    const elements = value.map((element) => pick(element, fields)).filter((element) => element !== undefined);
    return elements.length > 0 ? elements : undefined;
  }
  if (!isJsonObject(value)) return value;
  const picked = pickInto({}, value, fields);
  return Object.keys(picked).length > 0 ? picked : undefined;
}
