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
