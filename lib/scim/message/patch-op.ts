import { limits } from '../../base/limits.ts';
import { invalidSyntax, invalidValue, ScimError } from '../errors.ts';
import type { Filter, PatchPath } from '../filter/ast.ts';
import { parsePatchPath } from '../filter/parser.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../json.ts';
import type { ProfileTraits } from '../quirks/traits.ts';
import { member, requireSchema } from './envelope.ts';

/** The URN of the PATCH message (RFC 7644 3.5.2). */
export const patchOpUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The kind of an operation (RFC 7644 3.5.2). */
export type PatchVerb = 'add' | 'remove' | 'replace';

/** One operation of a PATCH (RFC 7644 3.5.2). */
export interface PatchOperation {
  /** The position in the request, from 1. */
  readonly number: number;
  readonly op: PatchVerb;
  /** Absent if the target is the resource itself. Always present with `remove`. */
  readonly path?: PatchPath;
  /** Absent only with `remove`. `null` is a value. */
  readonly value?: JsonValue;
  /** True if a `replace` whose filter selects nothing fails (RFC 7644 3.5.2.3) in place of creating the value. */
  readonly mustSelect?: boolean;
  /** True if the filter of the path must select at most one value, as the interoperability profile requires. */
  readonly selectsOne?: boolean;
}

/** The choices of a profile that concern the message. */
type Rules = Pick<ProfileTraits, 'emptyPatch' | 'unmatchedReplace'>;

/**
 * Reads the body of a PATCH request (RFC 7644 3.5.2). `op` and the names of members are case-insensitive. An empty list
 * of operations changes nothing, or is refused. Throws ScimError `invalidSyntax`, `invalidPath`, `invalidValue` or
 * `noTarget`.
 */
export function parsePatchOp(
  body: JsonValue,
  { emptyPatch = 'accept', unmatchedReplace = 'create' }: Partial<Rules> = {},
): readonly PatchOperation[] {
  if (!isJsonObject(body)) throw invalidSyntax('The body of a PATCH must be a JSON object');
  requireSchema(body, { urn: patchOpUrn, name: 'a PATCH' });

  const operations = member(body, 'Operations');
  if (!isJsonArray(operations)) throw invalidSyntax('A PATCH needs an array "Operations"');
  if (operations.length === 0 && emptyPatch === 'refuse') {
    throw invalidSyntax('"Operations" is empty: send at least one operation (RFC 7644 3.5.2)');
  }
  requireBound(operations.length);
  const parsed = operations.map((operation, index) =>
    inOperation(index + 1, () => parseOperation(operation, index + 1)),
  );
  requireBound(parsed.reduce((sum, operation) => sum + countChanges(operation), 0));
  return unmatchedReplace === 'create'
    ? parsed
    : parsed.map((operation) => ({ ...operation, mustSelect: operation.op === 'replace' }));
}

function requireBound(changes: number): void {
  if (changes <= limits.patchOperationsMax) return;
  throw invalidSyntax(
    `A PATCH may have at most ${limits.patchOperationsMax} changes and comparisons: split it`,
  );
}

/**
 * Counts the changes and comparisons of an operation. Each key of a value without path, or of an extension, counts,
 * because it is a path. Each comparison of a filter counts, because it is made with every value of the attribute.
 */
function countChanges({ path, value }: PatchOperation): number {
  if (path?.filter) return countNodes(path.filter);
  const holdsPaths = !path || path.path.urn !== undefined;
  if (!holdsPaths || !isJsonObject(value)) return 1;
  const keys = [value, ...Object.values(value)].map((object) =>
    isJsonObject(object) ? Object.keys(object).length : 0,
  );
  return keys.reduce((sum, count) => sum + count, 0) || 1;
}

/** Counts the comparisons, presence tests and operators of a filter. One evaluation carries out each of them. */
function countNodes(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, term) => sum + countNodes(term), 1);
    case 'not':
    case 'valuePath':
      return countNodes(filter.filter) + 1;
    default:
      return 1;
  }
}

function parseOperation(operation: JsonValue, number: number): PatchOperation {
  if (!isJsonObject(operation)) throw invalidSyntax('An operation must be a JSON object');
  const op = parseVerb(member(operation, 'op'));
  const path = parsePath(member(operation, 'path'));
  const value = member(operation, 'value');

  if (op === 'remove' && !path) {
    throw new ScimError('noTarget', { detail: 'A remove needs a "path" that names the attribute to remove' });
  }
  if (op !== 'remove' && value === undefined) {
    throw invalidValue(`"${op}" needs a "value"`);
  }
  return { number, op, path, value };
}

function parseVerb(op: JsonValue | undefined): PatchVerb {
  const verb = typeof op === 'string' ? op.toLowerCase() : undefined;
  if (verb === 'add' || verb === 'remove' || verb === 'replace') return verb;
  throw invalidSyntax('"op" must be "add", "remove" or "replace"');
}

function parsePath(path: JsonValue | undefined): PatchPath | undefined {
  if (path === undefined || path === null) return undefined;
  if (typeof path === 'string') return parsePatchPath(path);
  throw new ScimError('invalidPath', { detail: '"path" must be a string' });
}

/** Characters of a key that an error detail repeats. */
const keyCharactersMax = 200;

/** One key of a value without path. The key is a path, such as `name.givenName` or `urn:…:User:department`. */
export interface Assignment {
  readonly key: string;
  readonly path: PatchPath;
  readonly value: JsonValue;
}

/**
 * Reads the value of an operation without path: an object whose keys are paths (RFC 7644 3.5.2.1). With the URN of an
 * extension, the keys are relative to it. Throws ScimError `invalidValue` or `invalidPath`.
 */
export function parseAssignments(value: JsonValue | undefined, urn?: string): readonly Assignment[] {
  if (!isJsonObject(value)) {
    const place = urn === undefined ? 'The value of an operation without "path"' : `The value of "${urn}"`;
    throw invalidValue(`${place} must be a JSON object of attributes`);
  }
  return Object.entries(value).map(([key, attributeValue]) => {
    const parsed = within(`"${key.slice(0, keyCharactersMax)}"`, () => parsePatchPath(key));
    const path = { ...parsed, path: { ...parsed.path, urn: parsed.path.urn ?? urn } };
    return { key, path, value: attributeValue };
  });
}

/** Runs one step of a PATCH operation. A ScimError that it throws gets the operation's number in its detail. */
export function inOperation<T>(number: number, run: () => T): T {
  return within(`Operation ${number}`, run);
}

/** Runs a function and puts a place in front of the detail of a ScimError that it throws. */
function within<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    throw new ScimError(error.code, { detail: `${place}: ${error.message}`, cause: error });
  }
}
