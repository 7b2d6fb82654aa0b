import { ScimError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { commonAttributes } from '../schema/common.ts';

/** One member that a JSON object may have: an attribute, or an extension with its attributes. */
export interface LayoutField {
  readonly name: string;
  readonly attribute?: Attribute;
  readonly extension?: Schema;
}

/** The members of a JSON object in their canonical order, found by their names in any case. */
export interface Layout {
  readonly fields: readonly LayoutField[];
  readonly positions: ReadonlyMap<string, number>;
}

const ofAttributes = new WeakMap<readonly Attribute[], Layout>();
const ofType = new WeakMap<ResourceType, Layout>();

/** Gives the layout of a complex value or an extension; it is made once. */
export function layoutOf(attributes: readonly Attribute[]): Layout {
  let layout = ofAttributes.get(attributes);
  if (!layout) {
    layout = toLayout(attributes.map(toField));
    ofAttributes.set(attributes, layout);
  }
  return layout;
}

/** Gives the layout of a resource: common attributes, core attributes, extensions; it is made once. */
export function layoutOfType(type: ResourceType): Layout {
  let layout = ofType.get(type);
  if (!layout) {
    const attributes: readonly Attribute[] = [...commonAttributes, ...type.schema.attributes];
    layout = toLayout([
      ...attributes.map(toField),
      ...type.extensions.map(({ schema }) => ({ name: schema.id, extension: schema })),
    ]);
    ofType.set(type, layout);
  }
  return layout;
}

function toField(attribute: Attribute): LayoutField {
  return { name: attribute.name, attribute };
}

function toLayout(fields: readonly LayoutField[]): Layout {
  // Names as declared are found without being folded first.
  const names = fields.flatMap(({ name }, index) => [
    [name, index] as const,
    [name.toLowerCase(), index] as const,
  ]);
  return { fields, positions: new Map(names) };
}

/** Where an object stands, and who wants to hear of names that no schema has. */
export interface BodyPlace {
  /**
   * What precedes the names of its members: nothing, `name.`, `emails[0].` or an extension's URN and a
   * colon.
   */
  readonly prefix: string;
  readonly onUnknown?: ((path: string) => void) | undefined;
}

/** Gives the place of an object inside another. */
export function placeBelow({ onUnknown }: BodyPlace, prefix: string): BodyPlace {
  return { prefix, onUnknown };
}

/**
 * Sorts the members of an object into the layout's order, whatever the case of their names (RFC 7643 2.1).
 * Throws invalidSyntax for a name that is given twice.
 */
export function arrange(
  object: JsonObject,
  layout: Layout,
  place: BodyPlace,
): readonly (JsonValue | undefined)[] {
  const values: (JsonValue | undefined)[] = new Array(layout.fields.length);
  for (const name of Object.keys(object)) {
    const position = layout.positions.get(name) ?? layout.positions.get(name.toLowerCase());
    if (position === undefined) {
      place.onUnknown?.(place.prefix + name);
      continue;
    }
    if (values[position] !== undefined) {
      const path = `${place.prefix}${layout.fields[position]?.name ?? name}`;
      throw new ScimError('invalidSyntax', { detail: `${path} is given twice, in different case` });
    }
    values[position] = object[name];
  }
  return values;
}
