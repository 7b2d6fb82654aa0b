import type { AttrPath } from '../filter/ast.ts';
import { splitAttrPath } from '../filter/parser.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { enterpriseUserSchema } from '../schema/enterprise-user.ts';
import { findAttribute, findCoreAttribute, findExtension } from '../schema/lookup.ts';
import { findPropertyName } from './rewrite.ts';

/** The URN of the enterprise extension without the colon before `User`; in lower case. */
export const malformedEnterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0user';

/** Corrects the URN of the enterprise extension, before an attribute or alone. */
export function correctEnterpriseUrn(path: AttrPath): AttrPath {
  if (path.urn === undefined) return path;
  if (path.urn.toLowerCase() === malformedEnterpriseUrn) return { ...path, urn: enterpriseUserSchema.id };
  // Alone, it is parsed as the attribute `2.0User` after a shorter URN.
  return wholeOf(path).toLowerCase() === malformedEnterpriseUrn
    ? splitAttrPath(enterpriseUserSchema.id)
    : path;
}

/** The URNs that schemas had before RFC 7643, for example `urn:scim:schemas:core:1.0`. */
const olderUrn = /^urn:scim:schemas:(core|extension:enterprise):[12]\.0(?::(?:user|group))?$/i;

/** Tests if a value is the URN of a schema from before RFC 7643. */
export function isOlderUrn(urn: JsonValue): boolean {
  return typeof urn === 'string' && olderUrn.test(urn);
}

/** Returns the URN of RFC 7643 for an older one: that of the type's own schema or of its enterprise extension. */
export function currentUrn(urn: string, type: ResourceType): string | undefined {
  const [, kind] = olderUrn.exec(urn) ?? [];
  if (kind === undefined) return undefined;
  if (kind.toLowerCase() === 'core') return type.schema.id;
  return findExtension(type, enterpriseUserSchema.id)?.id;
}

/** Replaces an older URN before an attribute, also with a dot between them, or of a whole extension. */
export function replaceOlderUrn(path: AttrPath, type: ResourceType): AttrPath {
  if (path.urn === undefined) return path;
  const whole = wholeOf(path);
  const alone = currentUrn(whole, type);
  if (alone !== undefined) return splitAttrPath(alone);
  const colonised = splitAttrPath(whole.replace(/(:[12]\.0)\.(?=[a-z])/i, '$1:'));
  const before = currentUrn(colonised.urn ?? '', type);
  return before === undefined ? path : { ...colonised, urn: before };
}

function wholeOf({ urn = '', name, sub }: AttrPath): string {
  return `${urn}:${name}${sub === undefined ? '' : `.${sub}`}`;
}

const singularNames: ReadonlyMap<string, string> = new Map([
  ['email', 'emails'],
  ['phonenumber', 'phoneNumbers'],
]);

/** Corrects the names `email` and `phoneNumber` in a path, where the type has no such attribute. */
export function correctSingularName(path: AttrPath, type: ResourceType): AttrPath {
  const isCore = path.urn === undefined || path.urn.toLowerCase() === type.schema.id.toLowerCase();
  const name = isCore ? pluralOf(path.name, type) : undefined;
  return name === undefined ? path : { ...path, name };
}

/** Corrects them among the properties of a resource, unless it has the right ones too. */
export function correctSingularProperties(resource: JsonObject, type: ResourceType): JsonObject {
  const isWrong = (name: string) => {
    const plural = pluralOf(name, type);
    return plural !== undefined && findPropertyName(resource, plural) === undefined;
  };
  if (!Object.keys(resource).some(isWrong)) return resource;
  const entries = Object.entries(resource);
  return Object.fromEntries(
    entries.map(([name, value]) => [isWrong(name) ? (pluralOf(name, type) ?? name) : name, value]),
  );
}

function pluralOf(name: string, type: ResourceType): string | undefined {
  const plural = singularNames.get(name.toLowerCase());
  const isMeant = plural !== undefined && !findCoreAttribute(type, name) && findCoreAttribute(type, plural);
  return isMeant ? plural : undefined;
}

/** Adds the URN of the extension to an attribute that only an extension declares, or replaces the core URN by it. */
export function addExtensionUrn(path: AttrPath, type: ResourceType): AttrPath {
  const isOfExtension = path.urn !== undefined && path.urn.toLowerCase() !== type.schema.id.toLowerCase();
  if (isOfExtension || findCoreAttribute(type, path.name) !== undefined) return path;
  const extension = type.extensions.find(({ schema }) => findAttribute(schema.attributes, path.name));
  return extension ? { ...path, urn: extension.schema.id } : path;
}
