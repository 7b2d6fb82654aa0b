import { ScimError } from '../errors.ts';
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Attribute, ResourceType } from '../schema/attribute.ts';
import { layoutOf, layoutOfType } from './layout.ts';

/** Whether what is left out was cleared (after a PATCH) or not asserted (in a PUT). */
type Omission = 'cleared' | 'notAsserted';

/** Two states of one resource, or of one part of it. */
interface States {
  readonly next: JsonObject;
  readonly current: JsonObject;
}

/**
 * Holds the new state of a resource against its current one (RFC 7644 3.5.1): throws mutability for an
 * immutable value that changes; what is immutable or never returned survives a replacement that does not
 * name it.
 */
export function settle(states: States, type: ResourceType, omission: Omission): JsonObject {
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

  const unread = mutability === 'immutable' || returned === 'never';
  if (next === undefined && unread && at.omission === 'notAsserted') return current;
  if (mutability === 'immutable') {
    throw new ScimError('mutability', {
      detail: `${at.prefix}${name} is immutable: send its current value or leave it out`,
    });
  }
  // The elements of a multi-valued attribute have no identity of their own: they come and go as a whole.
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
