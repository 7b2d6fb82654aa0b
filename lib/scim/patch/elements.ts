import { limits } from '../../limits.ts';
import { ScimError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { normaliseValue } from '../schema/search-form.ts';
import { assign, type Place, valueIn } from './assign.ts';

/** The elements of one multi-valued attribute. */
export type Elements = readonly JsonValue[];

/**
 * Adds elements behind the present ones (RFC 7644 3.5.2.1). One with the type and value of a present
 * element completes that one instead, since the pair should not appear twice (RFC 7643 2.4); what it
 * holds already stays as it is, also in the case of strings that compare without case. Throws
 * `invalidValue` above the bound of values.
 */
export function append(present: Elements, added: Elements, place: Place): Elements {
  const { attribute, label } = place;
  const elements = [...present];
  const positions = new Map(present.map((element, index) => [identityOf(element, attribute), index]));
  const touched = new Set<number>();
  for (const element of added) {
    const identity = identityOf(element, attribute);
    const position = positions.get(identity) ?? elements.length;
    positions.set(identity, position);
    touched.add(position);
    elements[position] = complete(elements[position] ?? element, element, place);
  }
  if (elements.length > limits.valuesPerAttributeMax && attribute.name !== 'members') {
    const detail = `${label} may hold at most ${limits.valuesPerAttributeMax} values`;
    throw new ScimError('invalidValue', { detail });
  }
  return withOnePrimary(elements, touched, label);
}

/** Takes out the elements that have all the sub-attributes of one of the wanted elements. */
export function without(present: Elements, wanted: Elements, attribute: Attribute): Elements {
  const wantedParts = wanted.map((element) => partsOf(element, attribute));
  return present.filter((element) => {
    const parts = new Set(partsOf(element, attribute));
    return !wantedParts.some((some) => some.length > 0 && some.every((part) => parts.has(part)));
  });
}

/**
 * Sets `primary` to false in all others when one of the touched elements is primary (RFC 7644 3.5.2).
 * Throws `invalidValue` when several of them are (RFC 7643 2.4).
 */
export function withOnePrimary(elements: Elements, touched: ReadonlySet<number>, label: string): Elements {
  const [chosen, another] = [...touched].filter((position) => isPrimary(elements[position]));
  if (another !== undefined) {
    throw new ScimError('invalidValue', {
      detail: `${label} would have several primary values: set primary to true for one at most`,
    });
  }
  if (chosen === undefined) return elements;
  return elements.map((element, position) =>
    position !== chosen && isPrimary(element) ? { ...element, primary: false } : element,
  );
}

function isPrimary(element: JsonValue | undefined): element is JsonObject {
  return isJsonObject(element) && element.primary === true;
}

/** Sets what the added element says otherwise than the known one. */
function complete(known: JsonValue, added: JsonValue, { attribute, label }: Place): JsonValue {
  if (known === added || !isJsonObject(known) || !isJsonObject(added)) return known;
  return (attribute.subAttributes ?? []).reduce((completed, sub) => {
    const [before, after] = [valueIn(known, sub), valueIn(added, sub)];
    const held = before ?? (sub.name === 'primary' ? false : null);
    if (after === undefined || partOf(sub, held) === partOf(sub, after)) return completed;
    return assign(completed, { attribute: sub, label: `${label}.${sub.name}` }, after);
  }, known);
}

const identities = new WeakMap<object, string>();

/** The same text for elements that are the same value; kept, since every operation asks for it. */
function identityOf(element: JsonValue, attribute: Attribute): string {
  if (!isJsonObject(element)) return partsOf(element, attribute).join();
  const known = identities.get(element);
  if (known !== undefined) return known;

  const parts = partsOf(element, attribute).sort();
  const isPaired = Object.hasOwn(element, 'value');
  const identity = parts.filter((part) => !isPaired || /^\["(?:type|value)",/.test(part)).join();
  identities.set(element, identity);
  return identity;
}

/**
 * Each sub-attribute with its value as it compares; a primary that is false counts as absent (RFC 7643
 * 2.4).
 */
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
