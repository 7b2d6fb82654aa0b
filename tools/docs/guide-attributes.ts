import type { MappedAttribute } from '../../lib/guides/provider.ts';
import { parsePatchPath } from '../../lib/scim/filter/parser.ts';
import type { ResourceType } from '../../lib/scim/schema/attribute.ts';
import { findAttribute, resolvePath } from '../../lib/scim/schema/lookup.ts';

/** A mapped attribute with what the schema says about it. */
export interface DescribedAttribute extends MappedAttribute {
  readonly required: boolean;
  /** The meaning in the texts of the guides, or the first sentence of the schema's description. */
  readonly meaning: string;
}

/** Looks up mapped attributes in the schemas of a resource type; throws if it does not have one of them. */
export function describeAttributes(
  type: ResourceType,
  mapped: readonly MappedAttribute[],
  meanings: Readonly<Record<string, string>>,
): readonly DescribedAttribute[] {
  return mapped.map((one) => {
    const { path, sub } = parsePatchPath(one.attribute);
    const { attribute, sub: inner } = resolvePath(type, path) ?? {};
    const found =
      sub === undefined ? (inner ?? attribute) : findAttribute(attribute?.subAttributes ?? [], sub);
    if (!found) throw new Error(`${type.name} has no attribute ${one.attribute}`);
    const [described = ''] = /^.*?\.(?= |$)/.exec(found.description) ?? [];
    return { ...one, required: found.required ?? false, meaning: meanings[one.attribute] ?? described };
  });
}
