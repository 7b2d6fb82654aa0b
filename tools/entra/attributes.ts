import { isArray, isObject, type Json, type JsonObject, urns } from '../client/json.ts';

/**
 * A user as Entra ID's attribute mapping sees it: one value per target path, such as `userName`, `name.givenName`,
 * `emails[type eq "work"].value` or `urn:…:enterprise:2.0:User:department`.
 */
export type Attributes = Map<string, Json>;

export const managerPath = `${urns.enterprise}:manager`;
export const primaryRole = 'roles[primary eq "True"]';

const notMapped = new Set(['schemas', 'id', 'meta', 'groups']);
/** Sub-attributes that the path already names, or that a service may add to an element itself. */
const notCompared = new Set(['type', 'display', '$ref']);

/** Reads a user resource as mapped attributes; a second element of the same `type` gets its own path. */
export function flattenUser(resource: JsonObject): Attributes {
  const flat: Attributes = new Map();
  for (const [name, value] of Object.entries(resource)) {
    if (notMapped.has(name) || value === null) continue;
    if (isArray(value)) flattenElements({ flat, name, elements: value });
    else if (isObject(value)) flattenComplex({ flat, name, value });
    else flat.set(name, value);
  }
  return flat;
}

function flattenComplex(part: { flat: Attributes; name: string; value: JsonObject }): void {
  const separator = part.name.startsWith('urn:') ? ':' : '.';
  for (const [name, value] of Object.entries(part.value)) {
    if (value === null || (isArray(value) && value.length === 0)) continue;
    const path = `${part.name}${separator}${name}`;
    part.flat.set(path, path === managerPath && isObject(value) ? (value.value ?? value) : value);
  }
}

function flattenElements(part: { flat: Attributes; name: string; elements: readonly Json[] }): void {
  const { flat, name, elements } = part;
  for (const element of elements) {
    if (!isObject(element)) {
      flat.set(`${name}[not an object]`, element);
      continue;
    }
    const prefix = unusedPrefix(flat, `${name}[${selector(name, element)}]`);
    for (const [sub, value] of mappedParts(name, element)) flat.set(`${prefix}.${sub}`, value);
  }
}

function unusedPrefix(flat: Attributes, prefix: string): string {
  const used = [...flat.keys()].some((path) => path.startsWith(`${prefix}.`));
  return used ? unusedPrefix(flat, `${prefix} again`) : prefix;
}

function selector(name: string, element: JsonObject): string {
  if (name !== 'roles') return `type eq "${element.type ?? ''}"`;
  return element.primary === true ? 'primary eq "True"' : `value eq "${roleName(element.value)}"`;
}

function mappedParts(name: string, element: JsonObject): readonly (readonly [string, Json])[] {
  if (name === 'roles' && element.primary !== true) return [['value', roleName(element.value)]];
  return Object.entries(element).filter(
    ([sub, value]) =>
      value !== null &&
      !(sub === 'primary' && value === false) &&
      !(name !== 'roles' && notCompared.has(sub)),
  );
}

/** Reads the name of an app role, which Entra ID may send as JSON inside a string. */
export function roleName(value: Json | undefined): string {
  if (typeof value !== 'string' || !value.startsWith('{')) return String(value);
  try {
    const role: unknown = JSON.parse(value);
    return isObject(role) && typeof role.value === 'string' ? role.value : value;
  } catch {
    return value;
  }
}

/** Builds the attributes of a user resource from mapped attributes. */
export function buildUser(attributes: Attributes): JsonObject {
  const resource: Record<string, Json> = {};
  for (const [path, value] of attributes) place(resource, path, value);
  return resource;
}

function place(resource: Record<string, Json>, path: string, value: Json): void {
  const element = /^(\w+)\[(\w+) eq "([^"]*)"\]\.(\w+)$/.exec(path);
  if (element) {
    placeInElement(resource, element, value);
    return;
  }
  const extension = /^(urn:.+):(\w+)$/.exec(path) ?? /^(\w+)\.(\w+)$/.exec(path);
  if (!extension) {
    resource[path] = value;
    return;
  }
  const [, parent = '', name = ''] = extension;
  resource[parent] = { ...(isObject(resource[parent]) ? resource[parent] : {}), [name]: value };
}

function placeInElement(resource: Record<string, Json>, match: RegExpExecArray, value: Json): void {
  const [, name = '', key = '', wanted = '', sub = ''] = match;
  const selected: Json = key === 'primary' ? true : wanted;
  const known = resource[name];
  const elements = isArray(known) ? known : [];
  const isIt = (element: Json): element is JsonObject => isObject(element) && element[key] === selected;
  const grown = elements.some(isIt) ? elements : [...elements, { [key]: selected }];
  resource[name] = grown.map((element) => (isIt(element) ? { ...element, [sub]: value } : element));
}

export interface Difference {
  readonly path: string;
  readonly expected: Json | undefined;
  readonly got: Json | undefined;
}

/** Compares two sets of mapped attributes in both directions. */
export function differences(expected: Attributes, actual: Attributes): readonly Difference[] {
  const paths = new Set([...expected.keys(), ...actual.keys()]);
  return [...paths]
    .filter((path) => expected.get(path) !== actual.get(path))
    .map((path) => ({ path, expected: expected.get(path), got: actual.get(path) }));
}
