import type { ResourceType } from '../scim/schema/attribute.ts';
import { userType } from '../scim/schema/resource-types.ts';

/** The User type among those of an endpoint, with the extensions that its packs add. */
export function userTypeOf(types: readonly ResourceType[]): ResourceType {
  return types.find(({ name }) => name === userType.name) ?? userType;
}
