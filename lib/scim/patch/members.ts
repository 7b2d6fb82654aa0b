import { invalidValue, ScimError } from '../errors.ts';
import type { Filter, PatchPath } from '../filter/ast.ts';
import { bindValueFilter } from '../filter/bind.ts';
import { matches } from '../filter/matches.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { inOperation, type PatchOperation, parseAssignments } from '../message/patch-op.ts';
import type { Attribute, ResourceType } from '../schema/attribute.ts';
import { findAttribute, resolvePath } from '../schema/lookup.ts';
import { userType } from '../schema/resource-types.ts';
import { normaliseValue } from '../schema/search-form.ts';
import { requireSome } from './modify.ts';

/** The change that one operation makes to a group's members. `number` is its position in the request, from 1. */
type MemberStep =
  | { readonly kind: 'add' | 'replace'; readonly number: number; readonly members: readonly Member[] }
  | { readonly kind: 'remove'; readonly number: number; readonly values: readonly string[] }
  | { readonly kind: 'removeAll'; readonly number: number }
  | { readonly kind: 'removeWhere'; readonly number: number; readonly selects: MemberPredicate };

/** Tells whether a filter selects a member. A member without a type counts as a User. */
type MemberPredicate = (member: Member) => boolean;

/** The operations of a PATCH without those on `members`, and the steps of those, in order. */
interface SeparatedMembers {
  readonly operations: readonly PatchOperation[];
  readonly steps: readonly MemberStep[];
}

/**
 * Separates the operations on a group's `members` from the others of a PATCH (RFC 7644 3.5.2), also in values without
 * path. A type without `members` has no steps.
 *
 * A `remove` with a value removes only the members in the value. A `remove` without a value, or with null, removes all
 * members. Throws ScimError `invalidValue` with the index of the member, `invalidPath`,
 * `invalidFilter`, or `mutability` for a change to a member itself. Each detail names the number of the operation.
 */
export function separateMembers(operations: readonly PatchOperation[], type: ResourceType): SeparatedMembers {
  const members = findAttribute(type.schema.attributes, 'members');
  if (!members) return { operations, steps: [] };
  const separated = operations.map((operation) =>
    inOperation(operation.number, () => separate(operation, members, type)),
  );
  const steps = separated.flatMap((part) => part.steps);
  requireFewFilters(steps);
  return { operations: separated.flatMap((part) => part.operations), steps };
}

/** The number of filters in one PATCH. Each runs for every member, so the bound is lower than that of operations. */
const memberFiltersMax = 20;

function requireFewFilters(steps: readonly MemberStep[]): void {
  const excess = steps.filter(({ kind }) => kind === 'removeWhere')[memberFiltersMax];
  if (!excess) return;
  throw new ScimError('invalidFilter', {
    detail:
      `Operation ${excess.number}: a PATCH may remove members with at most ${memberFiltersMax} filters: ` +
      'join filters with "or", or select members with "value eq"',
  });
}

function separate(operation: PatchOperation, members: Attribute, type: ResourceType): SeparatedMembers {
  const { path } = operation;
  if (!path) return separateAssignments(operation, members, type);
  return namesMembers(path, members, type)
    ? { operations: [], steps: stepsOf({ ...operation, path }, members) }
    : { operations: [operation], steps: [] };
}

/** Splits a value without path by its keys. A value that is not an object is left to applyPatch(), which refuses it. */
function separateAssignments(
  operation: PatchOperation,
  members: Attribute,
  type: ResourceType,
): SeparatedMembers {
  if (!isJsonObject(operation.value)) return { operations: [operation], steps: [] };
  const steps: MemberStep[] = [];
  const others = parseAssignments(operation.value).filter(({ path, value }) => {
    const isMembers = namesMembers(path, members, type);
    if (isMembers) steps.push(...stepsOf({ ...operation, path, value }, members));
    return !isMembers;
  });
  if (others.length === Object.keys(operation.value).length) return { operations: [operation], steps };
  const value = Object.fromEntries(others.map((other) => [other.key, other.value]));
  return { operations: others.length > 0 ? [{ ...operation, value }] : [], steps };
}

function namesMembers({ path }: PatchPath, members: Attribute, type: ResourceType): boolean {
  return resolvePath(type, path)?.attribute === members;
}

type MembersOperation = PatchOperation & { readonly path: PatchPath };

function stepsOf(operation: MembersOperation, members: Attribute): readonly MemberStep[] {
  const { number, op, path, value } = operation;
  refuseSubAttribute(path, members);
  if (path.filter) return [filterStep(operation, path.filter, members)];
  if (op === 'remove') {
    return value === undefined || value === null
      ? [{ kind: 'removeAll', number }]
      : [{ kind: 'remove', number, values: readMemberIds(value) }];
  }
  const given = readMembers(value);
  if (given.length > 0) return [{ kind: op, number, members: given }];
  return op === 'replace' ? [{ kind: 'removeAll', number }] : [];
}

function filterStep({ number, op }: MembersOperation, filter: Filter, members: Attribute): MemberStep {
  if (op !== 'remove') throw new ScimError('mutability', { detail: `members[…]: ${memberIsImmutable}` });
  const selects = memberPredicate(filter, members);
  const values = namedIds(filter)?.filter(isMemberName);
  return values ? { kind: 'remove', number, values } : { kind: 'removeWhere', number, selects };
}

/**
 * Makes the predicate of a filter in `members[…]`. A member without a type counts as a User. Throws ScimError
 * `invalidFilter` for attributes other than `value` and `type`, because a membership has only these two.
 */
function memberPredicate(filter: Filter, members: Attribute): MemberPredicate {
  requireMembershipNames(filter);
  const condition = bindValueFilter(filter, members);
  const [valueAttribute = members, typeAttribute = members] = ['value', 'type'].map((name) =>
    findAttribute(members.subAttributes ?? [], name),
  );
  return ({ value, type = userType.name }) =>
    matches(condition, {
      value: normaliseValue(value, valueAttribute),
      type: normaliseValue(type, typeAttribute),
    });
}

function requireMembershipNames(filter: Filter): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const term of filter.filters) requireMembershipNames(term);
      return;
    case 'not':
      requireMembershipNames(filter.filter);
      return;
    default:
      if (/^(?:value|type)$/i.test(filter.path.name)) return;
      throw new ScimError('invalidFilter', {
        detail: 'A filter on members can use only "value" and "type"',
      });
  }
}

/** Returns the ids in a filter that is `value eq "x"` or joins several of these by `or`, or else `undefined`. */
function namedIds(filter: Filter): readonly string[] | undefined {
  const terms = filter.kind === 'or' ? filter.filters : [filter];
  const ids = terms.map((term) => {
    if (term.kind !== 'compare' || term.op !== 'eq' || term.path.name.toLowerCase() !== 'value')
      return undefined;
    return typeof term.value === 'string' ? term.value : undefined;
  });
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

const memberIsImmutable = 'a member cannot be changed: remove it and add another';

function refuseSubAttribute({ path, sub = path.sub }: PatchPath, members: Attribute): void {
  if (sub === undefined) return;
  const known = findAttribute(members.subAttributes ?? [], sub);
  if (known) throw new ScimError('mutability', { detail: `members.${known.name}: ${memberIsImmutable}` });
  throw new ScimError('invalidPath', { detail: `"${sub.slice(0, 200)}" is not a sub-attribute of members` });
}

/**
 * The net change of a group's members. `clear` removes all. Otherwise the change removes the members in `remove` and
 * those that a filter in `where` selects. It adds or keeps those in `add`, even if a filter in `where` selects them.
 */
export interface FoldedMembers {
  readonly clear: boolean;
  readonly add: ReadonlyMap<string, Member>;
  readonly remove: ReadonlySet<string>;
  readonly where: readonly MemberPredicate[];
}

/** Combines the steps of a PATCH, in order, into their net change (RFC 7644 3.5.2). */
export function foldMembers(steps: readonly MemberStep[]): FoldedMembers {
  const fold: Fold = { clear: false, add: new Map(), remove: new Set(), where: [] };
  for (const step of steps) foldStep(fold, step);
  return fold;
}

interface Fold extends FoldedMembers {
  clear: boolean;
  readonly add: Map<string, Member>;
  readonly remove: Set<string>;
  readonly where: MemberPredicate[];
}

function foldStep(fold: Fold, step: MemberStep): void {
  if (step.kind === 'removeAll' || step.kind === 'replace') foldClear(fold);
  if (step.kind === 'add' || step.kind === 'replace') foldAdd(fold, step.members);
  if (step.kind === 'remove') foldRemove(fold, step.values);
  if (step.kind === 'removeWhere') foldRemoveWhere(fold, step.selects);
}

function foldClear(fold: Fold): void {
  fold.clear = true;
  fold.add.clear();
  fold.remove.clear();
  fold.where.length = 0;
}

function foldAdd({ add, remove }: Fold, members: readonly Member[]): void {
  for (const member of members) {
    remove.delete(member.value);
    if (!add.has(member.value)) add.set(member.value, member);
  }
}

function foldRemove({ clear, add, remove }: Fold, values: readonly string[]): void {
  for (const value of values) {
    add.delete(value);
    if (!clear) remove.add(value);
  }
}

function foldRemoveWhere({ clear, add, where }: Fold, selects: MemberPredicate): void {
  for (const [value, member] of add) if (selects(member)) add.delete(value);
  if (!clear) where.push(selects);
}

/** One member as a client names it (RFC 7643 4.2). */
interface Member {
  readonly value: string;
  /** The name of its resource type, if the client sends it. */
  readonly type?: string;
}

const namePattern = /^[^\p{Cc}]{1,200}$/u;

/** Tells whether a text can be the `value` of a member: 1 to 200 characters without control characters. */
function isMemberName(text: string): boolean {
  return namePattern.test(text);
}

/** Reads the members that an operation adds. A single one needs no array. Throws ScimError `invalidValue`. */
export function readMembers(value: JsonValue | undefined): readonly Member[] {
  return elementsOf(value).map((element, index) => {
    const member = readMember(element, index);
    if (isMemberName(member.value)) return member;
    throw invalidMember(index, '.value must be the id of a user or group');
  });
}

/** Reads the members in the value of a `remove`, as `readMembers` does. */
function readMemberIds(value: JsonValue): readonly string[] {
  requireSome(value, 'members');
  return readMembers(value).map((member) => member.value);
}

function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return isJsonArray(value) ? value : [value];
}

function readMember(element: JsonValue, index: number): Member {
  if (!isJsonObject(element)) throw invalidMember(index, ' must be an object with a "value"');
  const value = readMemberAttribute(element, 'value');
  const type = readMemberAttribute(element, 'type') ?? undefined;
  if (typeof value !== 'string') throw invalidMember(index, '.value must be the id of a user or group');
  if (type !== undefined && typeof type !== 'string') throw invalidMember(index, '.type must be a string');
  return type === undefined ? { value } : { value, type };
}

/** Reads a sub-attribute by its name, in any case (RFC 7643 2.1). */
function readMemberAttribute(member: JsonObject, name: string): JsonValue | undefined {
  const key = Object.keys(member).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : member[key];
}

function invalidMember(index: number, problem: string): ScimError {
  return invalidValue(`members[${index}]${problem}`);
}
