import { ScimError } from '../errors.ts';
import type { Attribute, AttributeType, ResourceType } from '../schema/attribute.ts';
import { findAttribute, resolvePath } from '../schema/lookup.ts';
import { isSecret, normaliseValue } from '../schema/search-form.ts';
import type { AttrPath, CompareOp, CompValue, Filter } from './ast.ts';
import type { Condition, Path } from './condition.ts';
import { matches } from './matches.ts';
import { printAttrPath } from './printer.ts';

/** Maps the path of a value in the search form to its path in the document. */
type Locate = (path: Path) => Path;

const inPlace: Locate = (path) => path;

/**
 * Resolves a filter (RFC 7644 3.4.2.2) against a resource type. The condition is for documents that contain the search
 * form at the place that `locate` gives, by default at the top.
 *
 * A complex attribute without a sub-attribute means its `value`, as in `emails co "example.com"`.
 *
 * @throws ScimError `invalidFilter`, which names an attribute that is undefined or secret, or does not allow the
 * comparison.
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
 * @throws ScimError `invalidFilter`, which names a sub-attribute that is undefined or secret, or does not allow the
 * comparison.
 */
export function bindValueFilter(filter: Filter, attribute: Attribute): Condition {
  return bindElement(filter, attribute, inElement);
}

/** The names that lead to a value in the search form, from the resource or from an element of an array. */
interface At {
  readonly names: Path;
  readonly locate: Locate;
}

const inElement: At = { names: [], locate: inPlace };
const below = ({ names, locate }: At, name: string): At => ({ names: [...names, name], locate });
const pathOf = ({ names, locate }: At): Path => locate(names);

/** The target of a path in the filter. Without an attribute it is a whole extension. */
interface Place {
  readonly at: At;
  readonly attribute?: Attribute;
  readonly sub?: Attribute;
}

/** A place, and its name in errors. */
interface Target extends Place {
  readonly label: string;
}

interface Scope {
  readonly resolve: (path: AttrPath) => Place | undefined;
  /** The attribute before the brackets, if the filter is in brackets. */
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

/** Compares `primary` with false. A value without `primary` is not primary (RFC 7643 2.4). */
function notPrimary(path: Path, op: CompareOp): Condition {
  return { kind: 'compare', path, op: op === 'eq' ? 'ne' : 'eq', value: true };
}

/** Finds the `value` that clients mean when they write `emails eq "x"` or `manager eq "x"`. */
function defaultSubAttribute(attribute: Attribute): Attribute | undefined {
  return findAttribute(attribute.subAttributes ?? [], 'value');
}

/** Makes the condition for a comparison with null, to which all unassigned attributes are equal (RFC 7643 2.5). */
function bindUnassigned({ label, at }: Target, op: CompareOp): Condition {
  const present: Condition = { kind: 'present', path: pathOf(at) };
  requireEquality(label, op);
  return op === 'ne' ? present : { kind: 'not', condition: present };
}

function bindValuePath({ attribute, label, at, sub }: Target, filter: Filter): Condition {
  if (!attribute || sub || (attribute.type !== 'complex' && !attribute.multiValued)) {
    throw invalid(label, 'cannot have a filter in brackets: compare it without brackets');
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

/** Makes the condition for the value of an attribute, or for at least one of its values if it is multi-valued. */
function eachValue(attribute: Attribute, at: At, condition: (value: At) => Condition): Condition {
  return attribute.multiValued
    ? { kind: 'any', path: pathOf(at), condition: condition(inElement) }
    : condition(at);
}

const notSearchable = 'cannot be used in a filter: leave it out';
/** Attributes that are not in the search form, because they depend on the request or on the version. */
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
  if (!place) throw invalid(label, 'is not defined: /Schemas lists the attributes');
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
  /** Completes "must be compared with …" for the client. */
  readonly literal: string;
}

const text = { operators: [...equality, ...order, ...substring], literal: 'text in quotation marks' };
const number = { operators: [...equality, ...order], literal: 'a number' };

const typeRules: Readonly<Record<AttributeType, TypeRule>> = {
  string: text,
  reference: text,
  binary: { operators: equality, literal: 'base64 in quotation marks' },
  boolean: { operators: equality, literal: 'true or false without quotation marks' },
  integer: number,
  decimal: number,
  dateTime: {
    operators: [...equality, ...order],
    literal: 'a date and time such as "2011-05-13T04:42:34Z"',
  },
  complex: { operators: [], literal: 'nothing' },
};

interface Comparison {
  readonly label: string;
  readonly op: CompareOp;
  readonly value: CompValue;
}

function bindLiteral(attribute: Attribute, { label, op, value }: Comparison): CompValue {
  const { type = 'string' } = attribute;
  const rule = typeRules[type];
  if (!rule.operators.includes(op)) {
    const operators = rule.operators.join(', ');
    throw invalid(label, `is of type ${type} and cannot be compared with ${op}: use ${operators}`);
  }
  if (value === null) {
    requireEquality(label, op);
    return null;
  }
  const literal = normaliseValue(value, attribute);
  if (literal === undefined) throw invalid(label, `must be compared with ${rule.literal}`);
  return literal;
}

function requireEquality(label: string, op: CompareOp): void {
  if (op !== 'eq' && op !== 'ne') throw invalid(label, 'can only be compared with null by eq or ne');
}

const labelMax = 120;

function invalid(label: string, reason: string): ScimError {
  const shown = label.length > labelMax ? `${label.slice(0, labelMax)}…` : label;
  return new ScimError('invalidFilter', { detail: `Attribute '${shown}' ${reason}` });
}

/** A condition, or `true` if every resource of the type satisfies it, or `false` if none does. */
type Bound = Condition | boolean;

interface Among {
  /** The resource types that are queried. */
  readonly types: readonly ResourceType[];
  readonly locate?: Locate;
}

/**
 * Resolves the filter of a query of one or more resource types against one of them. An attribute that only other types
 * have is unassigned here (RFC 7644 3.4.2.1). A condition on `meta.resourceType` is decided here.
 *
 * @throws ScimError `invalidFilter` as `bindFilter` does; an attribute is undefined if no type has it.
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
