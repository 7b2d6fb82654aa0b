import { invalidValue } from './errors.ts';
import { splitAttrPath } from './filter/parser.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { QueryParameters } from './message/search-request.ts';
import type { Attribute, ResourceType, Schema } from './schema/attribute.ts';
import { commonAttributes } from './schema/common.ts';
import { findExtension, type ResolvedPath, resolvePath } from './schema/lookup.ts';

/** One attribute or extension of a representation. Without `fields` it contains the whole value. */
interface ProjectedField {
  readonly name: string;
  readonly fields?: readonly ProjectedField[];
}

/** The attributes in the representations of one request, computed once for all its resources of a type. */
export type Selection = readonly ProjectedField[];

/**
 * Reads `attributes` and `excludedAttributes` (RFC 7644 3.9). Names that the resource type does not have are ignored.
 * `*` names all attributes, and a filter in brackets counts as left out, as in `emails[type eq "work"].value`.
 * Throws ScimError `invalidValue` if both are present, or if one is not a list of names.
 */
export function parseSelection(parameters: QueryParameters, type: ResourceType): Selection {
  const attributes = toNames('attributes', parameters.attributes);
  const excludedAttributes = toNames('excludedAttributes', parameters.excludedAttributes);
  if (attributes && excludedAttributes) {
    throw invalidValue(
      'The parameters attributes and excludedAttributes cannot be used together: send one of them',
    );
  }
  if (attributes) return planProjection(type, { mode: 'only', names: attributes });
  if (!excludedAttributes) return defaultSelection(type);
  return planProjection(type, { mode: 'except', names: excludedAttributes });
}

/** Splits a list at its commas, but not at those inside brackets. */
const listedNames = /(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]"])*\]?|[^,[])+/gu;
const brackets = /\[.*\]|\[.*/su;

function toNames(parameter: string, value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = typeof value === 'string' ? (value.match(listedNames) ?? []) : value;
  if (!isJsonArray(list) || !list.every((name) => typeof name === 'string')) {
    throw invalidValue(`The parameter ${parameter} must be a list of attribute names`);
  }
  const names = list.map((name) => name.replace(brackets, '').trim()).filter((name) => name !== '');
  return names.length > 0 ? names : undefined;
}

const defaults = new WeakMap<ResourceType, Selection>();

/** Returns the selection of a request without parameters: the attributes returned by default (RFC 7643 7). */
export function defaultSelection(type: ResourceType): Selection {
  let selection = defaults.get(type);
  if (!selection) {
    selection = planProjection(type, { mode: 'default', names: [] });
    defaults.set(type, selection);
  }
  return selection;
}

/** Tells whether a representation can contain the attribute or its sub-attribute. If not, callers skip reading it. */
export function selects(selection: Selection, name: string, sub?: string): boolean {
  const field = selection.find((one) => one.name === name);
  return field !== undefined && (sub === undefined || !field.fields || selects(field.fields, sub));
}

/** The parameters of a projection (RFC 7644 3.9). */
interface ProjectionRequest {
  /** `only` returns the named attributes and the minimum, `except` the default without the named attributes. */
  readonly mode: 'default' | 'only' | 'except';
  /** In attribute notation (RFC 7644 3.10). */
  readonly names: readonly string[];
}

/** The attributes and schemas that the names refer to, without names that the resource type does not have. */
interface Named {
  /** Attributes that are named without a sub-attribute, and extensions that are named by their URN. */
  readonly whole: ReadonlySet<Attribute | Schema>;
  /** Sub-attributes by their attribute. */
  readonly subs: ReadonlyMap<Attribute, ReadonlySet<Attribute>>;
}

interface Choice extends Named {
  readonly mode: ProjectionRequest['mode'];
}

const [, id, externalId, meta] = commonAttributes;

/** Computes the attributes in the representations of one request (RFC 7644 3.9, RFC 7643 7). */
function planProjection(type: ResourceType, { mode, names }: ProjectionRequest): Selection {
  const choice = { mode, ...resolveNames(names, type) };
  return [
    ...planAttributes([id, externalId, ...type.schema.attributes], choice),
    ...type.extensions.flatMap(({ schema }) => planExtension(schema, choice)),
    ...planAttributes([meta], choice),
  ];
}

function planExtension(schema: Schema, choice: Choice): Selection {
  const fields = planAttributes(schema.attributes, insideExtension(schema, choice));
  return fields.length > 0 ? [{ name: schema.id, fields }] : [];
}

function insideExtension(schema: Schema, choice: Choice): Choice {
  if (!choice.whole.has(schema)) return choice;
  if (choice.mode === 'only') return { ...choice, mode: 'default' };
  return { ...choice, whole: new Set([...choice.whole, ...schema.attributes]) };
}

function planAttributes(attributes: readonly Attribute[], choice: Choice): Selection {
  return attributes
    .filter((attribute) => isIncluded(attribute, choice))
    .map((attribute) => planAttribute(attribute, choice));
}

function isIncluded(attribute: Attribute, { mode, whole, subs }: Choice): boolean {
  const { returned = 'default' } = attribute;
  if (returned === 'always') return true;
  if (returned === 'never') return false;
  if (mode === 'only') return whole.has(attribute) || subs.has(attribute);
  return returned === 'default' && !(mode === 'except' && whole.has(attribute));
}

function planAttribute(attribute: Attribute, { mode, whole, subs }: Choice): ProjectedField {
  const { name, subAttributes = [], returned } = attribute;
  const includesWhole = mode === 'only' && (whole.has(attribute) || returned === 'always');
  const named = { whole: subs.get(attribute) ?? new Set<Attribute>(), subs: new Map() };
  const included = subAttributes.filter(
    (sub) =>
      isIncluded(sub, { mode, ...named }) ||
      (includesWhole && isIncluded(sub, { mode: 'default', ...named })),
  );
  if (included.length === subAttributes.length) return { name };
  return { name, fields: included.map((sub) => ({ name: sub.name })) };
}

function resolveNames(names: readonly string[], type: ResourceType): Named {
  const whole = new Set<Attribute | Schema>();
  const subs = new Map<Attribute, Set<Attribute>>();
  for (const name of names) {
    for (const { attribute, sub, extension } of resolveName(name, type)) {
      if (attribute && sub) subs.set(attribute, (subs.get(attribute) ?? new Set()).add(sub));
      else if (attribute) whole.add(attribute);
      else if (extension) whole.add(extension);
    }
  }
  return { whole, subs };
}

function allOf({ schema, extensions }: ResourceType): readonly ResolvedPath[] {
  return [
    ...[...commonAttributes, ...schema.attributes].map((attribute) => ({ attribute })),
    ...extensions.map((one) => ({ extension: one.schema })),
  ];
}

function resolveName(name: string, type: ResourceType): readonly ResolvedPath[] {
  if (name.toLowerCase() === type.schema.id.toLowerCase()) {
    return type.schema.attributes.map((attribute) => ({ attribute }));
  }
  if (name === '*') return allOf(type);
  const extension = findExtension(type, name);
  if (extension) return [{ extension }];
  const path = resolvePath(type, splitAttrPath(name));
  return path ? [path] : [];
}

/**
 * Returns the representation of a resource that a client asked for (RFC 7644 3.9): `schemas`, then the selected ones
 * of `id`, `externalId`, the core attributes, the extensions and `meta`. `schemas` also names extensions that are not
 * selected.
 */
export function project(resource: JsonObject, type: ResourceType, selection: Selection): JsonObject {
  return pickInto({ schemas: schemasOf(resource, type) }, resource, selection);
}

/** Returns the URNs of the core schema and of the extensions that have values in a resource (RFC 7643 3). */
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
