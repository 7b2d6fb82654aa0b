import type { AttrPath } from '../filter/ast.ts';
import { splitAttrPath } from '../filter/parser.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { enterpriseUserSchema } from '../schema/enterprise-user.ts';
import { findAttribute, findCoreAttribute } from '../schema/lookup.ts';

/** The URN of the enterprise extension without the colon before `User`; in lower case. */
export const malformedEnterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0user';

/** Corrects the URN of the enterprise extension, before an attribute or alone. */
export function correctEnterpriseUrn(path: AttrPath): AttrPath {
  if (path.urn === undefined) return path;
  if (path.urn.toLowerCase() === malformedEnterpriseUrn) return { ...path, urn: enterpriseUserSchema.id };
  // Alone, it is parsed as the attribute `2.0User` after a shorter URN.
  const whole = `${path.urn}:${path.name}${path.sub === undefined ? '' : `.${path.sub}`}`;
  return whole.toLowerCase() === malformedEnterpriseUrn ? splitAttrPath(enterpriseUserSchema.id) : path;
}

/** Adds the URN of the extension to an attribute that only an extension declares, or replaces the core URN by it. */
export function addExtensionUrn(path: AttrPath, type: ResourceType): AttrPath {
  const isOfExtension = path.urn !== undefined && path.urn.toLowerCase() !== type.schema.id.toLowerCase();
  if (isOfExtension || findCoreAttribute(type, path.name) !== undefined) return path;
  const extension = type.extensions.find(({ schema }) => findAttribute(schema.attributes, path.name));
  return extension ? { ...path, urn: extension.schema.id } : path;
}
