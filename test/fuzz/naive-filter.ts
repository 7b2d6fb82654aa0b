import type { AttrPath, CompareOp, CompValue, Filter } from '../../lib/scim/filter/ast.ts';
import type { JsonValue } from '../../lib/scim/json.ts';
import type { Attribute, ResourceType } from '../../lib/scim/schema/attribute.ts';

/** What a name leads to: the values there and the attribute that says how they compare. */
interface Found {
  readonly values: readonly JsonValue[];
  readonly attribute: Attribute;
}

/** RFC 7644 3.4.2.2 read word by word, on a resource as a client sees it; slow, and apart from the server's code. */
export function selects(filter: Filter, resource: JsonValue, type: ResourceType): boolean {
  const extension = type.extensions[0]?.schema;
  return evaluate(filter, (path) => {
    const inExtension = path.urn !== undefined && path.urn === extension?.id;
    const { attributes } = inExtension && extension ? extension : type.schema;
    const holder = inExtension && extension ? memberOf(resource, extension.id) : resource;
    return find(attributes, holder, path.name, path.sub);
  });
}

function evaluate(filter: Filter, lookUp: (path: AttrPath) => Found): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((term) => evaluate(term, lookUp));
    case 'or':
      return filter.filters.some((term) => evaluate(term, lookUp));
    case 'not':
      return !evaluate(filter.filter, lookUp);
    case 'present':
      return lookUp(filter.path).values.some(isAssigned);
    case 'compare': {
      const { values, attribute } = lookUp(filter.path);
      return values.some((value) => compare(value, { ...filter, attribute }));
    }
    case 'valuePath': {
      const { values, attribute } = lookUp(filter.path);
      const { subAttributes = [] } = attribute;
      return values
        .filter(isAssigned)
        .some((element) => evaluate(filter.filter, ({ name }) => find(subAttributes, element, name)));
    }
  }
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** A single attribute without a value counts as null; a multi-valued one has no value that could match. */
function find(
  attributes: readonly Attribute[],
  holder: JsonValue | undefined,
  ...[name, sub]: [name: string, sub?: string | undefined]
): Found {
  const attribute = attributes.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!attribute) throw new Error(`There is no ${name}`);
  const value = memberOf(holder, name);
  const values: readonly JsonValue[] = attribute.multiValued ? listOf(value) : [value ?? null];
  if (sub === undefined) return { values, attribute };
  const found = values.map((one) => find(attribute.subAttributes ?? [], one, sub));
  const subAttribute = attribute.subAttributes?.find((one) => one.name.toLowerCase() === sub.toLowerCase());
  return { values: found.flatMap((one) => one.values), attribute: subAttribute ?? attribute };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** RFC 7643 2.5. */
function isAssigned(value: JsonValue): boolean {
  if (value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

interface Comparison {
  readonly op: CompareOp;
  readonly value: CompValue;
  readonly attribute: Attribute;
}

function compare(found: JsonValue, { op, value, attribute }: Comparison): boolean {
  // RFC 7643 2.4: a value of which "primary" is not said is not the primary one; null asks whether it is said.
  const said = attribute.name === 'primary' && value !== null ? (found ?? false) : found;
  const [left, right] = [comparable(said, attribute), comparable(value, attribute)];
  if (op === 'eq') return left === right;
  if (op === 'ne') return left !== right;
  if (left === null || right === null) return false;
  if (typeof left === 'string' && typeof right === 'string') {
    if (op === 'co') return left.indexOf(right) >= 0;
    if (op === 'sw') return left.slice(0, right.length) === right;
    if (op === 'ew') return left.length >= right.length && left.slice(left.length - right.length) === right;
  }
  if (op === 'gt') return left > right;
  if (op === 'ge') return left >= right;
  if (op === 'lt') return left < right;
  return op === 'le' && left <= right;
}

function comparable(value: JsonValue, { type = 'string', caseExact = false, canonicalForm }: Attribute) {
  if (typeof value === 'object') return null;
  if (type === 'dateTime') return new Date(String(value)).getTime();
  if (type !== 'string' || caseExact || typeof value !== 'string') return value;
  // RFC 7643 4.1.2: an instant messaging address has no white space.
  const written = canonicalForm === 'im' ? value.split(/\s/).join('') : value;
  return written.normalize('NFC').toLowerCase();
}
