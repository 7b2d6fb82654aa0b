import type { AttrPath } from '../filter/ast.ts';
import type { Attribute, ResourceType, Schema } from './attribute.ts';
import { commonAttributes } from './common.ts';

/** The target of an attribute path in a resource type: a whole extension, or an attribute. */
export type ResolvedPath =
  | { readonly extension: Schema; readonly attribute?: undefined; readonly sub?: undefined }
  | ResolvedAttribute;

interface ResolvedAttribute {
  /** Absent for the core schema and the common attributes. */
  readonly extension?: Schema;
  readonly attribute: Attribute;
  readonly sub?: Attribute;
}

const byName = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** Finds an attribute by its name, ignoring case (RFC 7643 2.1). */
export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  let index = byName.get(attributes);
  if (!index) {
    index = new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));
    byName.set(attributes, index);
  }
  return index.get(name.toLowerCase());
}

/** Finds an attribute of the core schema or a common attribute. */
export function findCoreAttribute(type: ResourceType, name: string): Attribute | undefined {
  return findAttribute(type.schema.attributes, name) ?? findAttribute(commonAttributes, name);
}

/** Finds an extension of the resource type by its URN, ignoring case. */
export function findExtension(type: ResourceType, urn: string): Schema | undefined {
  const wanted = urn.toLowerCase();
  return type.extensions.find(({ schema }) => schema.id.toLowerCase() === wanted)?.schema;
}

/** Resolves an attribute path (RFC 7644 3.10); `undefined` if the resource type does not have the attribute. */
export function resolvePath(type: ResourceType, path: AttrPath): ResolvedPath | undefined {
  if (path.urn === undefined) return resolveIn(findCoreAttribute(type, path.name), path.sub);

  const whole = path.sub === undefined ? findExtension(type, `${path.urn}:${path.name}`) : undefined;
  if (whole) return { extension: whole };
  if (path.urn.toLowerCase() === type.schema.id.toLowerCase()) {
    return resolveIn(findCoreAttribute(type, path.name), path.sub);
  }
  const extension = findExtension(type, path.urn);
  const resolved = extension && resolveIn(findAttribute(extension.attributes, path.name), path.sub);
  return extension && resolved && { extension, ...resolved };
}

function resolveIn(
  attribute: Attribute | undefined,
  subName: string | undefined,
): ResolvedAttribute | undefined {
  if (!attribute) return undefined;
  if (subName === undefined) return { attribute };
  const sub = findAttribute(attribute.subAttributes ?? [], subName);
  return sub && { attribute, sub };
}
