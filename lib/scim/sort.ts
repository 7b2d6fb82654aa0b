import { limits } from '../base/limits.ts';
import { ScimError } from './errors.ts';
import { parseAttrPath } from './filter/parser.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { Attribute, ResourceType } from './schema/attribute.ts';
import { findAttribute, type ResolvedPath, resolvePath } from './schema/lookup.ts';
import { isSecret } from './schema/search-form.ts';

/** The attribute that resources of a type are sorted by (RFC 7644 3.4.2.3). */
export interface SortKey {
  /** In attribute notation (RFC 7644 3.10) with canonical names, such as `name.familyName` or `emails.value`. */
  readonly name: string;
  /** The properties of the search form that lead to the value. */
  readonly path: readonly string[];
}

/** Absent values are last, or first when the order descends. */
export type SortValue = string | number | boolean | undefined;

/**
 * Resolves `sortBy` (RFC 7644 3.4.2.3) against the types of a query; a type without the attribute has no key.
 *
 * A multi-valued complex attribute stands for its `value`. Throws ScimError `invalidValue` naming the attribute
 * that no type has, or that cannot be sorted by.
 */
export function bindSort(sortBy: string, types: readonly ResourceType[]): readonly (SortKey | undefined)[] {
  const path = parseAttrPath(sortBy);
  const resolved = types.map((type) => path && resolvePath(type, path));
  if (resolved.every((found) => found === undefined)) throw invalid(sortBy, 'is not defined');
  return resolved.map((found) => found && keyOf(found, sortBy));
}

/** Reads `sortOrder` (RFC 7644 3.4.2.3) in any case; throws ScimError `invalidValue`. */
export function parseDescending(sortOrder: string | undefined): boolean {
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw new ScimError('invalidValue', {
      detail: 'The parameter sortOrder must be ascending or descending',
    });
  }
  return order === 'descending';
}

/**
 * The value of a resource in its search form: of several the primary one, else the first. Texts count up to
 * `limits.sortedCharactersMax` characters.
 */
export function sortValue(form: JsonObject, { path }: SortKey): SortValue {
  const value = path.reduce<JsonValue | undefined>((found, name) => {
    const holder = single(found);
    return isJsonObject(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined;
  }, form);
  const found = single(value);
  if (typeof found === 'string') return firstCharacters(found);
  return typeof found === 'number' || typeof found === 'boolean' ? found : undefined;
}

/** Negative when `a` is before `b` in an ascending order: texts by code points, absent values last. */
export function compareSortValues(a: SortValue, b: SortValue): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

function keyOf({ extension, attribute, sub }: ResolvedPath, sortBy: string): SortKey {
  const leaf = sub ?? (attribute?.multiValued ? valueAttribute(attribute) : attribute);
  if (!attribute || !leaf || leaf.type === 'complex') {
    throw invalid(sortBy, 'has sub-attributes: name the one to sort by');
  }
  const steps = leaf === attribute ? [attribute] : [attribute, leaf];
  const name = steps.map((step) => step.name).join('.');
  if (steps.some(isSecret) || unsortable.has(name)) throw invalid(sortBy, 'cannot be sorted by');
  return {
    name: extension ? `${extension.id}:${name}` : name,
    path: [...(extension ? [extension.id] : []), ...steps.map((step) => step.name)],
  };
}

/** What depends on the request or the version, which no search form holds. */
const unsortable: ReadonlySet<string> = new Set(['meta.location', 'meta.version']);

function valueAttribute(attribute: Attribute): Attribute | undefined {
  return attribute.type === 'complex' ? findAttribute(attribute.subAttributes ?? [], 'value') : attribute;
}

function single(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonArray(value)) return value;
  return value.find((element) => isJsonObject(element) && element.primary === true) ?? value[0];
}

function firstCharacters(text: string): string {
  if (text.length <= limits.sortedCharactersMax) return text;
  return Array.from(text.slice(0, 2 * limits.sortedCharactersMax))
    .slice(0, limits.sortedCharactersMax)
    .join('');
}

const shownMax = 120;

function invalid(sortBy: string, reason: string): ScimError {
  const shown = sortBy.length > shownMax ? `${sortBy.slice(0, shownMax)}…` : sortBy;
  return new ScimError('invalidValue', { detail: `sortBy '${shown}' ${reason}` });
}
