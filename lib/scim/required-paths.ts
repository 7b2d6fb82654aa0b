import { parsePatchPath } from './filter/parser.ts';
import { type AttributeTarget, resolveTarget } from './patch/target.ts';
import type { Attribute, ResourceType, Schema } from './schema/attribute.ts';

/**
 * Returns the resource type with the attribute at each path required (RFC 7643 7). The sub-attribute at the path is
 * required too, unless the attribute is multi-valued. So is the extension that has the attribute (RFC 7643 6).
 *
 * Throws ScimError `invalidPath` or `invalidFilter` if the type does not have the attribute.
 */
export function requiringPaths(type: ResourceType, paths: readonly string[]): ResourceType {
  return paths.reduce((current, path) => {
    const target = resolveTarget(current, parsePatchPath(path));
    return target.kind === 'attribute' ? requiring(current, target) : current;
  }, type);
}

function requiring(type: ResourceType, target: AttributeTarget): ResourceType {
  if (!target.extension) return { ...type, schema: requiringIn(type.schema, target) };
  const extensions = type.extensions.map((one) =>
    one.schema === target.extension
      ? { ...one, schema: requiringIn(one.schema, target), required: true }
      : one,
  );
  return { ...type, extensions };
}

function requiringIn(schema: Schema, { attribute, sub }: AttributeTarget): Schema {
  const { multiValued, subAttributes = [] } = attribute;
  const required: Attribute =
    !sub || multiValued
      ? { ...attribute, required: true }
      : {
          ...attribute,
          required: true,
          subAttributes: replaced(subAttributes, sub, { ...sub, required: true }),
        };
  return { ...schema, attributes: replaced(schema.attributes, attribute, required) };
}

function replaced(all: readonly Attribute[], old: Attribute, next: Attribute): readonly Attribute[] {
  return all.map((one) => (one === old ? next : one));
}
