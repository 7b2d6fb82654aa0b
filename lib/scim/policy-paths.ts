import { parsePatchPath } from './filter/parser.ts';
import { type AttributeTarget, resolveTarget } from './patch/target.ts';
import type { Attribute, AttributeType, ResourceType, Schema } from './schema/attribute.ts';
import { isSecret } from './schema/search-form.ts';

/**
 * Returns the resource type with the attribute at each path required (RFC 7643 7). The sub-attribute at the path is
 * required too, unless the attribute is multi-valued. So is the extension that has the attribute (RFC 7643 6).
 *
 * Throws ScimError `invalidPath` or `invalidFilter` if the type does not have the attribute.
 */
export function requiringPaths(type: ResourceType, paths: readonly string[]): ResourceType {
  return paths.reduce((current, path) => {
    const target = attributeAt(current, path);
    return target ? requiring(current, target) : current;
  }, type);
}

/** Types whose values are texts; only texts can be kept unique. */
const textTypes: readonly (AttributeType | undefined)[] = [undefined, 'string', 'reference', 'binary'];

/**
 * Returns the resource type with this uniqueness of the attributes at these paths (RFC 7643 7). A filter in a path is
 * ignored, because the characteristics of an attribute hold for all of its values.
 *
 * Throws ScimError `invalidPath` or `invalidFilter` if the type does not have the attribute.
 */
export function withUniqueness(
  type: ResourceType,
  paths: readonly string[],
  uniqueness: 'server' | 'none',
): ResourceType {
  return paths.reduce((current, path) => {
    const target = attributeAt(current, path);
    if (!target || !textTypes.includes((target.sub ?? target.attribute).type)) return current;
    const { attribute, sub, extension } = target;
    const changed: Attribute = sub
      ? { ...attribute, subAttributes: replaced(attribute.subAttributes ?? [], sub, { ...sub, uniqueness }) }
      : { ...attribute, uniqueness };
    return withAttribute(current, { extension, attribute, changed });
  }, type);
}

/**
 * Returns the resource type without the attributes at these paths, except those that are required. Throws as
 * `withUniqueness()` does.
 */
export function withoutPaths(type: ResourceType, paths: readonly string[]): ResourceType {
  return paths.reduce((current, path) => {
    const target = attributeAt(current, path);
    if (!target || (target.sub ?? target.attribute).required) return current;
    const { attribute, sub } = target;
    const subAttributes = attribute.subAttributes?.filter((one) => one !== sub);
    return withAttribute(current, { ...target, changed: sub && { ...attribute, subAttributes } });
  }, type);
}

/**
 * Tests if a path names at most one text, which the client sets and which can be read. Throws as `withUniqueness()`
 * does.
 */
export function isSingleText(type: ResourceType, path: string): boolean {
  const target = attributeAt(type, path);
  if (!target) return false;
  const { attribute, sub = attribute } = target;
  const isOne = !attribute.multiValued && !sub.multiValued && textTypes.includes(sub.type);
  return isOne && ![attribute, sub].some((one) => one.mutability === 'readOnly' || isSecret(one));
}

function attributeAt(type: ResourceType, path: string): AttributeTarget | undefined {
  const target = resolveTarget(type, parsePatchPath(path));
  return target.kind === 'attribute' ? target : undefined;
}

function withAttribute(
  type: ResourceType,
  {
    extension,
    attribute,
    changed,
  }: { extension?: Schema; attribute: Attribute; changed: Attribute | undefined },
): ResourceType {
  const within = (schema: Schema) => ({
    ...schema,
    attributes: replaced(schema.attributes, attribute, changed),
  });
  if (!extension) return { ...type, schema: within(type.schema) };
  const extensions = type.extensions.map((one) =>
    one.schema === extension ? { ...one, schema: within(one.schema) } : one,
  );
  return { ...type, extensions };
}

function requiring(type: ResourceType, target: AttributeTarget): ResourceType {
  const { attribute, extension } = target;
  const { extensions, ...rest } = withAttribute(type, { extension, attribute, changed: required(target) });
  const isConcerned = (urn: string) => urn === extension?.id;
  return {
    ...rest,
    extensions: extension
      ? extensions.map((one) => (isConcerned(one.schema.id) ? { ...one, required: true } : one))
      : extensions,
  };
}

function required({ attribute, sub }: AttributeTarget): Attribute {
  const { multiValued, subAttributes = [] } = attribute;
  if (!sub || multiValued) return { ...attribute, required: true };
  return {
    ...attribute,
    required: true,
    subAttributes: replaced(subAttributes, sub, { ...sub, required: true }),
  };
}

/** Replaces an attribute, or leaves it out. */
function replaced(
  all: readonly Attribute[],
  old: Attribute,
  next: Attribute | undefined,
): readonly Attribute[] {
  return all.flatMap((one) => (one === old ? (next ?? []) : one));
}
