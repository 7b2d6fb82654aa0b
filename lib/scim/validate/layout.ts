import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { commonAttributes } from '../schema/common.ts';

/** A member that a JSON object can have: an attribute, or an extension with its attributes. */
export interface LayoutField {
  readonly name: string;
  readonly attribute?: Attribute;
  readonly extension?: Schema;
}

/** The members of a JSON object in their canonical order, and their positions by name. */
export interface Layout {
  readonly fields: readonly LayoutField[];
  readonly positions: ReadonlyMap<string, number>;
}

const ofAttributes = new WeakMap<readonly Attribute[], Layout>();
const ofType = new WeakMap<ResourceType, Layout>();

/** Returns the layout of a complex value or an extension. It is made once. */
export function layoutOf(attributes: readonly Attribute[]): Layout {
  let layout = ofAttributes.get(attributes);
  if (!layout) {
    layout = toLayout(attributes.map(toField));
    ofAttributes.set(attributes, layout);
  }
  return layout;
}

/** Returns the layout of a resource: common attributes, core attributes, extensions. It is made once. */
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
  // With both spellings, names as declared are found without converting them to lower case.
  const names = fields.flatMap(({ name }, index) => [
    [name, index] as const,
    [name.toLowerCase(), index] as const,
  ]);
  return { fields, positions: new Map(names) };
}
