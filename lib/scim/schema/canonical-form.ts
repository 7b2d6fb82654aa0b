import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute, CanonicalForm, ResourceType } from './attribute.ts';
import { findAttribute, findCoreAttribute, findExtension } from './lookup.ts';

/** Functions that convert a text to each canonical form (RFC 7643 4.1.2). */
const forms: Readonly<Record<CanonicalForm, (text: string) => string>> = {
  /** Writes the domain of an e-mail address in lower case, because it has no case (RFC 5321 2.3.11). */
  email: (text: string) => text.replace(/@[^@]*$/, (domain) => domain.toLowerCase()),
  /** Writes an instant messaging address in lower case and without white space. */
  im: (text: string) => text.replaceAll(/\s/g, '').toLowerCase(),
  /** Separates the digits of a telephone URI by hyphens (RFC 3966 3). Leaves other texts as they are. */
  tel: (text: string) => text.replace(/^tel:([^;]*)/i, (_uri, digits: string) => `tel:${hyphenate(digits)}`),
};

function hyphenate(digits: string): string {
  return digits
    .split(/[\s().-]+/)
    .filter(Boolean)
    .join('-')
    .replace(/^\+-/, '+');
}

/** Converts a text to the canonical form of its attribute. A suggested value gets the case of the suggestion. */
export function toCanonical(
  text: string,
  {
    canonicalForm,
    canonicalValues,
    caseExact,
  }: Pick<Attribute, 'canonicalForm' | 'canonicalValues' | 'caseExact'>,
): string {
  if (canonicalForm) return forms[canonicalForm](text);
  if (!canonicalValues || caseExact || canonicalValues.includes(text)) return text;
  const folded = text.toLowerCase();
  return canonicalValues.find((value) => value.toLowerCase() === folded) ?? text;
}

/** Converts the values of a valid resource to their canonical forms (RFC 7643 4.1.2). */
export function canonicalise(resource: JsonObject, type: ResourceType): JsonObject {
  return mapValues(resource, (name, value) => {
    const extension = findExtension(type, name);
    if (extension && isJsonObject(value)) return inside(value, extension.attributes);
    const attribute = findCoreAttribute(type, name);
    return attribute ? canonicalValue(value, attribute) : value;
  });
}

function canonicalValue(value: JsonValue, attribute: Attribute): JsonValue {
  if (isJsonArray(value)) return value.map((element) => canonicalValue(element, attribute));
  if (isJsonObject(value)) return inside(value, attribute.subAttributes ?? []);
  return typeof value === 'string' ? toCanonical(value, attribute) : value;
}

function inside(object: JsonObject, attributes: readonly Attribute[]): JsonObject {
  return mapValues(object, (name, value) => {
    const attribute = findAttribute(attributes, name);
    return attribute ? canonicalValue(value, attribute) : value;
  });
}

function mapValues(object: JsonObject, map: (name: string, value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(name, value)]));
}
