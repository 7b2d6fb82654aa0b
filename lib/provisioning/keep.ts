import { canonicalise } from '../scim/canonicalise.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Context } from './context.ts';

/** A valid resource as it is kept: as it was sent, or in canonical forms where the client does not mind. */
export function asKept({ traits }: Context, type: ResourceType, resource: JsonObject): JsonObject {
  return traits.keepsAsSent ? resource : canonicalise(resource, type);
}
