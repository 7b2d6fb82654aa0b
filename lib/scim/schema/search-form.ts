import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute, ResourceType } from './attribute.ts';
import { toCanonical } from './canonical-form.ts';
import { findAttribute, findCoreAttribute, findExtension } from './lookup.ts';

/**
 * Makes the normalised copy of a resource, with which filters are compared: canonical names, strings in lower case
 * unless `caseExact`, times in UTC. Leaves out unassigned values, values that do not fit their attribute, and
 * secrets (RFC 7643 7). Attributes of an extension are in an object under its URN.
 */
export function toSearchForm(resource: JsonObject, type: ResourceType): JsonObject {
  const form: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(resource)) {
    const extension = findExtension(type, name);
    const attribute = extension ? undefined : findCoreAttribute(type, name);
    if (extension) assign(form, extension.id, objectForm(value, extension.attributes));
    if (attribute) assign(form, attribute.name, attributeForm(value, attribute));
  }
  return form;
}

/**
 * Makes the search form of one element of a multi-valued attribute, or of a single value; `undefined` if nothing
 * is left.
 */
export function elementSearchForm(element: JsonValue, attribute: Attribute): JsonValue | undefined {
  if (attribute.type === 'complex') return objectForm(element, attribute.subAttributes ?? []);
  return normaliseValue(element, attribute);
}

/**
 * Normalises a simple value for comparison: strings in NFC and lower case unless exact, `dateTime` in UTC with
 * milliseconds; `undefined` if it does not fit the attribute's type.
 */
export function normaliseValue(
  value: JsonValue,
  attribute: Attribute,
): string | number | boolean | undefined {
  const type = attribute.type ?? 'string';
  if (type === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (type === 'integer' || type === 'decimal') return typeof value === 'number' ? value : undefined;
  if (type === 'complex' || typeof value !== 'string') return undefined;
  if (type === 'dateTime') return toUtc(value);
  if (isCaseExact(attribute)) return pointsToResource(attribute) ? withoutVersion(value) : value;
  return withoutCase(toCanonical(value, attribute));
}

function pointsToResource({ referenceTypes = [] }: Attribute): boolean {
  return referenceTypes.some((type) => type !== 'external' && type !== 'uri');
}

/** Removes the version of the API from the URI of a SCIM resource, because URIs compare without it (RFC 7643 2.4). */
function withoutVersion(uri: string): string {
  return uri.replace(/\/v\d+(?=\/|$)/i, '');
}

/** Tests if values compare exactly. `reference` and `binary` values always do (RFC 7643 2.3.6, 2.3.7). */
function isCaseExact({ type = 'string', caseExact = false }: Attribute): boolean {
  return caseExact || type === 'reference' || type === 'binary';
}

/** Tests if an attribute's value is never returned, so that filters and sorting must not reveal it either. */
export function isSecret({ mutability, returned }: Attribute): boolean {
  return mutability === 'writeOnly' || returned === 'never';
}

/**
 * Normalises a text for attributes without `caseExact`: narrow, in lower case and NFC, which are the mappings of
 * UsernameCaseMapped (RFC 7613 3.2.2, RFC 7644 5).
 */
export function withoutCase(text: string): string {
  // The lower case may need to be composed again: that of U+0130 is two characters.
  return compose(compose(narrow(text)).toLowerCase());
}

/** More marks on a letter than any language has. The time to compose grows with their square (UAX #15, section 13). */
const manyMarks = /\p{M}{31}/u;

/** Converts a text to NFC. Leaves a text that would take too long as it is. */
export function compose(text: string): string {
  return manyMarks.test(text) ? text : text.normalize('NFC');
}

/** Replaces fullwidth and halfwidth characters by their decompositions (RFC 7613 3.2.2). */
function narrow(text: string): string {
  return text.replace(/[\u3000\uff01-\uffee]/g, (wide) => wide.normalize('NFKC'));
}

const dateTime =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)(Z|[+-][0-9]{2}:[0-9]{2})?$/;

/**
 * Converts an xsd:dateTime (RFC 7643 2.3.5) to UTC with milliseconds, such as `2011-05-13T04:42:34.000Z`. A time
 * without a zone counts as UTC. Returns `undefined` if the text is not an xsd:dateTime, or if the year in UTC is not
 * within 0000 to 9999. Within these years, the order of the texts is the order of the times.
 */
export function toUtc(text: string): string | undefined {
  const [, date, time, zone = 'Z'] = dateTime.exec(text) ?? [];
  if (date === undefined || isoOf(`${date}T00:00:00Z`)?.startsWith(date) !== true) return undefined;
  const utc = isoOf(`${date}${time}${zone}`);
  return utc?.length === '0000-00-00T00:00:00.000Z'.length ? utc : undefined;
}

function isoOf(text: string): string | undefined {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}

function attributeForm(value: JsonValue, attribute: Attribute): JsonValue | undefined {
  if (isSecret(attribute)) return undefined;
  if (!attribute.multiValued) return elementSearchForm(value, attribute);
  if (!isJsonArray(value)) return undefined;
  const elements = value
    .map((element) => elementSearchForm(element, attribute))
    .filter((element) => element !== undefined);
  return elements.length > 0 ? elements : undefined;
}

function objectForm(value: JsonValue, attributes: readonly Attribute[]): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const form: Record<string, JsonValue> = {};
  for (const [name, inner] of Object.entries(value)) {
    const attribute = findAttribute(attributes, name);
    if (attribute) assign(form, attribute.name, attributeForm(inner, attribute));
  }
  return Object.keys(form).length > 0 ? form : undefined;
}

/** Sets a property if it has a value. `name` comes from the schema, never from a client. */
function assign(form: Record<string, JsonValue>, name: string, value: JsonValue | undefined): void {
  if (value !== undefined) form[name] = value;
}
