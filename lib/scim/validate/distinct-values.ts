import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';

/**
 * Keeps the first of the elements with the same type and value (RFC 7643 2.4), completed by what only a
 * later one says; elements without a value are the same when all of them is.
 */
export function distinctValues(elements: readonly JsonValue[], attribute: Attribute): readonly JsonValue[] {
  if (elements.length < 2) return elements;
  const distinct = new Map<string, JsonValue>();
  for (const element of elements) {
    const key = identityOf(element, attribute);
    const first = distinct.get(key);
    distinct.set(
      key,
      isJsonObject(first) && isJsonObject(element) ? { ...element, ...first } : (first ?? element),
    );
  }
  return distinct.size === elements.length ? elements : [...distinct.values()];
}

function identityOf(element: JsonValue, attribute: Attribute): string {
  if (!isJsonObject(element)) return JSON.stringify(folded(element, attribute));
  if (element.value === undefined) return JSON.stringify(element);
  return JSON.stringify([subValue(element, attribute, 'type'), subValue(element, attribute, 'value')]);
}

function subValue(element: JsonObject, attribute: Attribute, name: string): JsonValue {
  const sub = findAttribute(attribute.subAttributes ?? [], name);
  return sub ? folded(element[name] ?? null, sub) : null;
}

function folded(value: JsonValue, { type = 'string', caseExact }: Attribute): JsonValue {
  return typeof value === 'string' && type === 'string' && !caseExact ? value.toLowerCase() : value;
}
