import { ScimError } from '../errors.ts';
import type { AttrPath, Filter, PatchPath } from '../filter/ast.ts';
import { bindValueFilter } from '../filter/bind.ts';
import type { Condition } from '../filter/condition.ts';
import type { PatchVerb } from '../message/patch-op.ts';
import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { findAttribute, resolvePath } from '../schema/lookup.ts';

const printedCharactersMax = 200;

/** The filter by which a path selects elements of an attribute, as parsed and as bound. */
interface Selection {
  readonly filter: Filter;
  readonly condition: Condition;
}

/** The target of a path in a resource type (RFC 7644 3.5.2): an attribute or a whole extension. */
type Target =
  | { readonly kind: 'extension'; readonly extension: Schema; readonly label: string }
  | AttributeTarget;

/** An attribute, some of its values or one of its sub-attributes. */
export interface AttributeTarget {
  readonly kind: 'attribute';
  /** Absent for the core schema and the common attributes. */
  readonly extension?: Schema;
  readonly attribute: Attribute;
  readonly sub?: Attribute;
  readonly selection?: Selection;
  /** The path in canonical names, for error details. A filter is shown as `[…]`. */
  readonly label: string;
}

/**
 * Resolves the path of an operation. Only a `remove` may filter a complex attribute with one value, such as a manager.
 * Throws ScimError `invalidPath`, or `invalidFilter` for a faulty filter.
 */
export function resolveTarget(type: ResourceType, { path, filter, sub }: PatchPath, op?: PatchVerb): Target {
  const resolved = resolvePath(type, path);
  if (!resolved) throw invalidPath(`"${printName(path)}" is not an attribute of ${type.name}`);

  const { extension, attribute } = resolved;
  if (!attribute) {
    if (!filter) return { kind: 'extension', extension, label: extension.id };
    throw invalidPath(`"${printName(path)}" is a schema and takes no filter: name one of its attributes`);
  }

  const subAttribute = sub === undefined ? resolved.sub : subAttributeOf(attribute, sub);
  const label = [
    extension && `${extension.id}:`,
    attribute.name,
    filter && '[…]',
    subAttribute && `.${subAttribute.name}`,
  ].join('');
  const takesFilter = attribute.multiValued || (op === 'remove' && attribute.type === 'complex');
  if (filter && (!takesFilter || resolved.sub)) {
    throw invalidPath(
      `"${attribute.name}" takes no filter here: a filter must directly follow a multi-valued attribute`,
    );
  }
  return {
    kind: 'attribute',
    attribute,
    label,
    extension,
    sub: subAttribute,
    selection: filter && { filter, condition: bindValueFilter(filter, attribute) },
  };
}

function subAttributeOf(attribute: Attribute, name: string): Attribute {
  const sub = findAttribute(attribute.subAttributes ?? [], name);
  if (!sub) throw invalidPath(`"${name}" is not a sub-attribute of "${attribute.name}"`);
  return sub;
}

function printName({ urn, name, sub }: AttrPath): string {
  const text = [urn !== undefined && `${urn}:`, name, sub !== undefined && `.${sub}`]
    .filter(Boolean)
    .join('');
  return text.length > printedCharactersMax ? `${text.slice(0, printedCharactersMax)}…` : text;
}

function invalidPath(detail: string): ScimError {
  return new ScimError('invalidPath', { detail });
}
