import { limits } from '../base/limits.ts';
import { invalidValue, type ScimError } from './errors.ts';
import { parseAttrPath } from './filter/parser.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { Attribute, ResourceType } from './schema/attribute.ts';
import { findAttribute, type ResolvedPath, resolvePath } from './schema/lookup.ts';
import { isSecret } from './schema/search-form.ts';

/** The attribute by which a query sorts resources of one type (RFC 7644 3.4.2.3). */
export interface SortKey {
  /** In attribute notation (RFC 7644 3.10) with canonical names, such as `name.familyName` or `emails.value`. */
  readonly name: string;
  /** The names of the properties, outermost first, that lead to the value in a search form. */
  readonly path: readonly string[];
}

/** A value to sort by. `undefined` is an absent value: it is last, or first in descending order. */
export type SortValue = string | number | boolean | undefined;

/**
 * Finds the attribute that `sortBy` names (RFC 7644 3.4.2.3) in each resource type of a query. A type without the
 * attribute has the key `undefined`. A multi-valued complex attribute is sorted by its `value`.
 *
 * Throws ScimError `invalidValue` if no type has the attribute or it is not sortable.
 */
export function bindSort(sortBy: string, types: readonly ResourceType[]): readonly (SortKey | undefined)[] {
  const path = parseAttrPath(sortBy);
  const resolved = types.map((type) => path && resolvePath(type, path));
  if (resolved.every((found) => found === undefined)) {
    throw invalid(sortBy, 'is not defined: choose an attribute that /Schemas lists');
  }
  return resolved.map((found) => found && keyOf(found, sortBy));
}

/** Reads `sortOrder` (RFC 7644 3.4.2.3), which is case-insensitive. Throws ScimError `invalidValue`. */
export function parseDescending(sortOrder: string | undefined): boolean {
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw invalidValue('The parameter sortOrder must be ascending or descending');
  }
  return order === 'descending';
}

/**
 * Reads the value to sort by from a resource's search form. Of several values it is the primary one, or the first if
 * none is primary. A string is cut after `limits.sortedCharactersMax` characters.
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

/**
 * Compares two values for an ascending order: negative if `a` is before `b`. Strings compare by code points, and absent
 * values are last.
 */
export function compareSortValues(a: SortValue, b: SortValue): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

function keyOf({ extension, attribute, sub }: ResolvedPath, sortBy: string): SortKey {
  const leaf = sub ?? (attribute?.multiValued ? valueAttribute(attribute) : attribute);
  if (!attribute || !leaf || leaf.type === 'complex') {
    throw invalid(sortBy, 'has sub-attributes: name one of them to sort by');
  }
  const steps = leaf === attribute ? [attribute] : [attribute, leaf];
  const name = steps.map((step) => step.name).join('.');
  if (steps.some(isSecret) || unsortable.has(name)) {
    throw invalid(sortBy, 'is not sortable: choose another attribute');
  }
  return {
    name: extension ? `${extension.id}:${name}` : name,
    path: [...(extension ? [extension.id] : []), ...steps.map((step) => step.name)],
  };
}

/** Attributes that no search form has, because they depend on the request or the version. */
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
  return invalidValue(`sortBy '${shown}' ${reason}`);
}
