import { limits } from '../../base/limits.ts';
import { invalidValue } from '../errors.ts';
import type { Condition } from '../filter/condition.ts';
import { matches } from '../filter/matches.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { elementSearchForm, normaliseValue } from '../schema/search-form.ts';
import { assign, type LabelledAttribute, valueIn } from './assign.ts';

/** The elements of one multi-valued attribute. */
export type Elements = readonly JsonValue[];

/**
 * Appends elements to the present ones (RFC 7644 3.5.2.1). An element with the type and value of a present one is
 * merged into it instead, because the pair should not appear twice (RFC 7643 2.4). The merge keeps a value that
 * compares equal, such as a case-insensitive string in another case.
 *
 * Throws ScimError `invalidValue` for too many values.
 */
export function append(present: Elements, added: Elements, place: LabelledAttribute): Elements {
  const { attribute, label } = place;
  const elements = [...present];
  const positions = new Map(
    present.map((element, index) => [comparisonOf(element, attribute).identity, index]),
  );
  const touched = new Set<number>();
  for (const element of added) {
    const { identity } = comparisonOf(element, attribute);
    const position = positions.get(identity) ?? elements.length;
    positions.set(identity, position);
    touched.add(position);
    elements[position] = complete(elements[position] ?? element, element, place);
  }
  requireBound(elements, label);
  return withOnePrimary(elements, touched, label);
}

/** Removes the elements that have all sub-attributes of one of the wanted elements, with equal values. */
export function without(present: Elements, wanted: Elements, attribute: Attribute): Elements {
  // Grouped by their first part, so that an element is compared only with those that can match it.
  const wantedBy = new Map<string | undefined, (readonly string[])[]>();
  for (const element of wanted) {
    const { parts } = comparisonOf(element, attribute);
    const [first] = parts;
    wantedBy.set(first, [...(wantedBy.get(first) ?? []), parts]);
  }
  return present.filter((element) => {
    const { parts } = comparisonOf(element, attribute);
    const candidates = parts.flatMap((part) => wantedBy.get(part) ?? []);
    return !candidates.some((candidate) => candidate.every((part) => parts.includes(part)));
  });
}

/** Throws ScimError `invalidValue` for more than `limits.valuesPerAttributeMax` values. */
export function requireBound(elements: Elements, label: string): void {
  if (elements.length <= limits.valuesPerAttributeMax) return;
  throw invalidValue(
    `${label} may have at most ${limits.valuesPerAttributeMax} values: send fewer or remove some first`,
  );
}

/**
 * Sets `primary` to false in all other elements if one of the touched elements is primary (RFC 7644 3.5.2). Throws
 * ScimError `invalidValue` if several of the touched elements are primary (RFC 7643 2.4).
 */
export function withOnePrimary(elements: Elements, touched: ReadonlySet<number>, label: string): Elements {
  const [chosen, another] = [...touched].filter((position) => isPrimary(elements[position]));
  if (another !== undefined) {
    throw invalidValue(`${label} would have several primary values: set primary to true for at most one`);
  }
  if (chosen === undefined) return elements;
  return elements.map((element, position) =>
    position !== chosen && isPrimary(element) ? { ...element, primary: false } : element,
  );
}

function isPrimary(element: JsonValue | undefined): element is JsonObject {
  return isJsonObject(element) && element.primary === true;
}

/** Copies the sub-attributes in which the added element differs from the known one. */
function complete(known: JsonValue, added: JsonValue, { attribute, label }: LabelledAttribute): JsonValue {
  if (known === added || !isJsonObject(known) || !isJsonObject(added)) return known;
  return (attribute.subAttributes ?? []).reduce((completed, sub) => {
    const [before, after] = [valueIn(known, sub), valueIn(added, sub)];
    const held = before ?? (sub.name === 'primary' ? false : null);
    if (after === undefined || partOf(sub, held) === partOf(sub, after)) return completed;
    return assign(completed, { attribute: sub, label: `${label}.${sub.name}` }, after);
  }, known);
}

/** The texts by which elements are compared. */
interface Comparison {
  /** One text for each sub-attribute with its value. */
  readonly parts: readonly string[];
  /** Equal for elements that count as the same value. */
  readonly identity: string;
}

/** A cache, because every operation compares all elements. */
const comparisons = new WeakMap<object, Comparison>();

function comparisonOf(element: JsonValue, attribute: Attribute): Comparison {
  const known = isJsonObject(element) ? comparisons.get(element) : undefined;
  if (known) return known;

  const parts = partsOf(element, attribute);
  const isPaired = isJsonObject(element) && Object.hasOwn(element, 'value');
  const identity = parts.filter((part) => !isPaired || /^\["(?:type|value)",/.test(part)).join();
  if (isJsonObject(element)) comparisons.set(element, { parts, identity });
  return { parts, identity };
}

/** Returns one text for each sub-attribute with its value. A false `primary` counts as absent (RFC 7643 2.4). */
function partsOf(element: JsonValue, attribute: Attribute): string[] {
  if (!isJsonObject(element)) return [partOf(attribute, element)];
  return (attribute.subAttributes ?? []).flatMap((sub) => {
    const value = valueIn(element, sub);
    return value === undefined || (sub.name === 'primary' && value === false) ? [] : [partOf(sub, value)];
  });
}

function partOf(attribute: Attribute, value: JsonValue): string {
  return JSON.stringify([attribute.name, normaliseValue(value, attribute) ?? value]);
}

/** A cache, because every operation with a filter evaluates it for all elements. */
const searchForms = new WeakMap<object, JsonValue>();

/** Tells whether an element satisfies the filter of a path (RFC 7644 3.5.2). */
export function satisfies(element: JsonValue, condition: Condition, attribute: Attribute): boolean {
  const known = isJsonObject(element) ? searchForms.get(element) : undefined;
  const form = known ?? elementSearchForm(element, attribute);
  if (!known && form !== undefined && isJsonObject(element)) searchForms.set(element, form);
  return matches(condition, form);
}
