import { ScimError } from '../errors.ts';
import type { Attribute, AttributeType, ResourceType } from '../schema/attribute.ts';
import { findAttribute, resolvePath } from '../schema/lookup.ts';
import { isSecret, normaliseValue } from '../schema/search-form.ts';
import type { AttrPath, CompareOp, CompValue, Filter } from './ast.ts';
import type { Condition, Path } from './condition.ts';
import { matches } from './matches.ts';
import { printAttrPath } from './printer.ts';

/** Finds the place in a document of a value that stands at a path of the search form. */
type Locate = (path: Path) => Path;

const inPlace: Locate = (path) => path;

/**
 * Resolves a filter (RFC 7644 3.4.2.2) against a resource type, for documents that hold the search form where `locate`
 * says; by default at the top.
 *
 * A complex attribute without a sub-attribute stands for its `value`, as in `emails co "example.com"`.
 *
 * @throws ScimError `invalidFilter` naming the attribute that is undefined, secret, or cannot be compared so.
 */
export function bindFilter(filter: Filter, type: ResourceType, locate: Locate = inPlace): Condition {
  const resolve = (path: AttrPath): Place | undefined => {
    const resolved = resolvePath(type, path);
    if (!resolved) return undefined;
    const { extension, attribute, sub } = resolved;
    const names = [extension?.id, attribute?.name].filter((name) => name !== undefined);
    return { at: { names, locate }, attribute, sub };
  };
  return bind(filter, { resolve });
}

/**
 * Resolves the filter of a value path (RFC 7644 3.5.2) for one element of `attribute` in its search form.
 *
 * @throws ScimError `invalidFilter` naming the sub-attribute that is undefined, secret, or cannot be compared
 * so.
 */
export function bindValueFilter(filter: Filter, attribute: Attribute): Condition {
  return bindElement(filter, attribute, inElement);
}

/** The names that lead to a value from the resource, or from the element of an array, in its search form. */
interface At {
  readonly names: Path;
  readonly locate: Locate;
}

const inElement: At = { names: [], locate: inPlace };
const below = ({ names, locate }: At, name: string): At => ({ names: [...names, name], locate });
const pathOf = ({ names, locate }: At): Path => locate(names);

/** Where a path of the filter leads; without an attribute it is a whole extension. */
interface Place {
  readonly at: At;
  readonly attribute?: Attribute;
  readonly sub?: Attribute;
}

/** A place with the name that errors give it. */
interface Target extends Place {
  readonly label: string;
}

interface Scope {
  readonly resolve: (path: AttrPath) => Place | undefined;
  /** The attribute around the brackets. */
  readonly parent?: Attribute;
}

function bind(filter: Filter, scope: Scope): Condition {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, conditions: filter.filters.map((term) => bind(term, scope)) };
    case 'not':
      return { kind: 'not', condition: bind(filter.filter, scope) };
    case 'present':
      return bindPresent(locateTarget(filter.path, scope));
    case 'compare':
      return bindCompare(locateTarget(filter.path, scope), filter);
    case 'valuePath':
      return bindValuePath(locateTarget(filter.path, scope), filter.filter);
  }
}

function bindPresent({ attribute, at, sub }: Target): Condition {
  if (!attribute || !sub) return { kind: 'present', path: pathOf(at) };
  return eachValue(attribute, at, (value) => ({ kind: 'present', path: pathOf(below(value, sub.name)) }));
}

function bindCompare(target: Target, { op, value }: Filter & { kind: 'compare' }): Condition {
  const { attribute, sub, label } = target;
  const whole = sub === undefined && (attribute?.type === 'complex' || attribute?.multiValued === true);
  if (value === null && whole) return bindUnassigned(target, op);

  const leaf = sub ?? (attribute?.type === 'complex' ? defaultSubAttribute(attribute) : attribute);
  if (!attribute || !leaf) {
    throw invalid(label, 'has sub-attributes: compare one of them');
  }
  if (isSecret(leaf)) throw invalid(label, notSearchable);
  const literal = bindLiteral(leaf, { label, op, value });
  const compare = (at: At): Condition =>
    leaf.name === 'primary' && literal === false
      ? notPrimary(pathOf(at), op)
      : { kind: 'compare', path: pathOf(at), op, value: literal };
  return eachValue(attribute, target.at, (value) =>
    leaf === attribute ? compare(value) : eachValue(leaf, below(value, leaf.name), compare),
  );
}

/** A value is not primary unless it says so (RFC 7643 2.4). */
function notPrimary(path: Path, op: CompareOp): Condition {
  return { kind: 'compare', path, op: op === 'eq' ? 'ne' : 'eq', value: true };
}

/** Clients write `emails eq "x"` and `manager eq "x"` and mean the value. */
function defaultSubAttribute(attribute: Attribute): Attribute | undefined {
  return findAttribute(attribute.subAttributes ?? [], 'value');
}

/** An unassigned attribute is null (RFC 7643 2.5), also where it would hold several values. */
function bindUnassigned({ label, at }: Target, op: CompareOp): Condition {
  const present: Condition = { kind: 'present', path: pathOf(at) };
  requireEquality(label, op);
  return op === 'ne' ? present : { kind: 'not', condition: present };
}

function bindValuePath({ attribute, label, at, sub }: Target, filter: Filter): Condition {
  if (!attribute || sub || (attribute.type !== 'complex' && !attribute.multiValued)) {
    throw invalid(label, 'has no sub-attributes that brackets could select by');
  }
  return eachValue(attribute, at, (value) => bindElement(filter, attribute, value));
}

function bindElement(filter: Filter, parent: Attribute, at: At): Condition {
  const resolve = ({ urn, name, sub }: AttrPath): Place | undefined => {
    if (urn !== undefined || sub !== undefined) return undefined;
    if (parent.type === 'complex') {
      const attribute = findAttribute(parent.subAttributes ?? [], name);
      return attribute && { at: below(at, attribute.name), attribute };
    }
    // The elements of a simple multi-valued attribute are its values (RFC 7643 2.4).
    return name.toLowerCase() === 'value' ? { at, attribute: { ...parent, multiValued: false } } : undefined;
  };
  return bind(filter, { resolve, parent });
}

/** Makes the condition on a single value, or on at least one of several. */
function eachValue(attribute: Attribute, at: At, condition: (value: At) => Condition): Condition {
  return attribute.multiValued
    ? { kind: 'any', path: pathOf(at), condition: condition(inElement) }
    : condition(at);
}

const notSearchable = 'cannot be used in a filter';
/** Those that depend on the request or the version, which no search form holds. */
const unsearchable: ReadonlySet<string> = new Set([
  'meta.location',
  'meta.version',
  'membersMetadata',
  'membersMetadata.policy',
  'membersMetadata.ref',
  'membersMetadata.memberCount',
  'membersMetadata.allowedMemberTypes',
]);

function locateTarget(path: AttrPath, { resolve, parent }: Scope): Target {
  const label = `${parent ? `${parent.name}.` : ''}${printAttrPath(path)}`;
  const place = resolve(path);
  if (!place) throw invalid(label, 'is not defined');
  const steps = [parent, place.attribute, place.sub].filter((step) => step !== undefined);
  if (steps.some(isSecret) || unsearchable.has(steps.map(({ name }) => name).join('.'))) {
    throw invalid(label, notSearchable);
  }
  return { ...place, label };
}

const equality = ['eq', 'ne'] as const;
const order = ['gt', 'ge', 'lt', 'le'] as const;
const substring = ['co', 'sw', 'ew'] as const;

interface TypeRule {
  readonly operators: readonly CompareOp[];
  /** How a literal is written. */
  readonly literal: string;
}

const typeRules = {
  string: { operators: [...equality, ...order, ...substring], literal: 'text in quotation marks' },
  reference: { operators: [...equality, ...order, ...substring], literal: 'text in quotation marks' },
  binary: { operators: equality, literal: 'base64 in quotation marks' },
  boolean: { operators: equality, literal: 'true or false without quotation marks' },
  integer: { operators: [...equality, ...order], literal: 'a number' },
  decimal: { operators: [...equality, ...order], literal: 'a number' },
  dateTime: {
    operators: [...equality, ...order],
    literal: 'a date and time such as "2011-05-13T04:42:34Z"',
  },
  complex: { operators: [], literal: 'nothing' },
} as const satisfies Record<AttributeType, TypeRule>;

interface Comparison {
  readonly label: string;
  readonly op: CompareOp;
  readonly value: CompValue;
}

function bindLiteral(attribute: Attribute, { label, op, value }: Comparison): CompValue {
  const { type = 'string' } = attribute;
  const rule: TypeRule = typeRules[type];
  if (!rule.operators.includes(op))
    throw invalid(label, `is of type ${type} and cannot be compared with ${op}`);
  if (value === null) {
    requireEquality(label, op);
    return null;
  }
  const literal = normaliseValue(value, attribute);
  if (literal === undefined) throw invalid(label, `is compared with ${rule.literal}`);
  return literal;
}

function requireEquality(label: string, op: CompareOp): void {
  if (op !== 'eq' && op !== 'ne') throw invalid(label, 'is compared with null by eq or ne only');
}

const labelMax = 120;

function invalid(label: string, reason: string): ScimError {
  const shown = label.length > labelMax ? `${label.slice(0, labelMax)}…` : label;
  return new ScimError('invalidFilter', { detail: `Attribute '${shown}' ${reason}` });
}

/** A condition, or whether every resource of the type satisfies it or none does. */
type Bound = Condition | boolean;

interface Among {
  /** The resource types that the query spans. */
  readonly types: readonly ResourceType[];
  readonly locate?: Locate;
}

/**
 * Resolves the filter of a query that may span several resource types against one of them: an attribute that only
 * others have is unassigned here (RFC 7644 3.4.2.1), and `meta.resourceType` is known.
 *
 * @throws ScimError `invalidFilter` as `bindFilter` does, for an attribute that no type has.
 */
export function bindAmong(filter: Filter, type: ResourceType, among: Among): Bound {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return join(
        filter.kind,
        filter.filters.map((term) => bindAmong(term, type, among)),
      );
    case 'not': {
      const condition = bindAmong(filter.filter, type, among);
      return typeof condition === 'boolean' ? !condition : { kind: 'not', condition };
    }
    default:
      return bindTerm(filter, type, among);
  }
}

type Term = Exclude<Filter, { kind: 'and' | 'or' | 'not' }>;

function bindTerm(term: Term, type: ResourceType, { types, locate }: Among): Bound {
  const resolved = resolvePath(type, term.path);
  if (resolved?.attribute?.name === 'meta' && resolved.sub?.name === 'resourceType') {
    return matches(bindFilter(term, type), { meta: { resourceType: type.name } });
  }
  const owner = resolved ? type : types.find((other) => resolvePath(other, term.path));
  const condition = bindFilter(term, owner ?? type, locate);
  return owner === type ? condition : matches(condition, {});
}

function join(kind: 'and' | 'or', terms: readonly Bound[]): Bound {
  const decisive = kind === 'or';
  if (terms.includes(decisive)) return decisive;
  const conditions = terms.filter((term) => typeof term !== 'boolean');
  const [first, ...others] = conditions;
  if (!first) return !decisive;
  return others.length === 0 ? first : { kind, conditions };
}
