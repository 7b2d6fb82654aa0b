import type { CompValue, Filter } from '../filter/ast.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute } from '../schema/lookup.ts';

/**
 * The element that a filter describes so fully that `add` and `replace` may create it where none matches:
 * equality with canonical values (`type eq "work"`) and `primary eq true`, also joined by `and`.
 * `undefined` for every other filter, whose lack of a match is `noTarget` (RFC 7644 3.5.2.3).
 */
export function impliedElement(filter: Filter, attribute: Attribute): JsonObject | undefined {
  const element = new Map<string, JsonValue>();
  for (const term of filter.kind === 'and' ? filter.filters : [filter]) {
    if (term.kind !== 'compare' || term.op !== 'eq') return undefined;
    const { urn, name, sub: deeper } = term.path;
    const sub =
      urn === undefined && deeper === undefined && findAttribute(attribute.subAttributes ?? [], name);
    const value = sub ? impliedValue(sub, term.value) : undefined;
    if (!sub || value === undefined || element.has(sub.name)) return undefined;
    element.set(sub.name, value);
  }
  return Object.fromEntries(element);
}

function impliedValue(sub: Attribute, value: CompValue): JsonValue | undefined {
  if (sub.name === 'primary') return value === true ? true : undefined;
  if (typeof value !== 'string') return undefined;
  const wanted = value.toLowerCase();
  return sub.canonicalValues?.find((canonical) => canonical.toLowerCase() === wanted);
}
