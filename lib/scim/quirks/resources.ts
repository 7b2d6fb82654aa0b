import { splitAttrPath } from '../filter/parser.ts';
import { isJsonArray, type JsonObject, type JsonValue } from '../json.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { enterpriseUserSchema } from '../schema/enterprise-user.ts';
import { findExtension, resolvePath } from '../schema/lookup.ts';
import { currentUrn, malformedEnterpriseUrn } from './paths.ts';
import { filterProperties, findPropertyName, withProperty } from './rewrite.ts';

/** The URN that Entra ID lists in groups; in lower case. */
export const directoryGroupUrn = 'http://schemas.microsoft.com/2006/11/resourcemanagement/adscim/2.0/group';

/** Drops the URN of Microsoft's own group schema from `schemas`. */
export function dropDirectoryGroupUrn(resource: JsonObject): JsonObject {
  return mapUrns(resource, (urn) => (urn.toLowerCase() === directoryGroupUrn ? undefined : urn));
}

/** Corrects the URN of the enterprise extension in `schemas`. */
export function correctListedUrn(resource: JsonObject): JsonObject {
  return mapUrns(resource, (urn) =>
    urn.toLowerCase() === malformedEnterpriseUrn ? enterpriseUserSchema.id : urn,
  );
}

/** Replaces the URNs in `schemas` that schemas had before RFC 7643. */
export function replaceOlderListedUrn(resource: JsonObject, type: ResourceType): JsonObject {
  return mapUrns(resource, (urn) => currentUrn(urn, type) ?? urn);
}

/** Drops properties that are null and that no schema of the resource type declares. */
export function dropUnknownNulls(resource: JsonObject, type: ResourceType): JsonObject {
  return filterProperties(
    resource,
    (name, value) =>
      value !== null ||
      findExtension(type, name) !== undefined ||
      resolvePath(type, splitAttrPath(name)) !== undefined,
  );
}

function mapUrns(resource: JsonObject, map: (urn: string) => string | undefined): JsonObject {
  const name = findPropertyName(resource, 'schemas');
  const urns = name === undefined ? undefined : resource[name];
  if (!isJsonArray(urns)) return resource;

  const mapped = urns.flatMap((urn): readonly JsonValue[] => {
    const result = typeof urn === 'string' ? map(urn) : urn;
    return result === undefined ? [] : [result];
  });
  const same = mapped.length === urns.length && mapped.every((urn, index) => urn === urns[index]);
  return same ? resource : withProperty(resource, 'schemas', [...new Set(mapped)]);
}
