import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';
import type { Request } from './play.ts';

const coreUrn = 'urn:ietf:params:scim:schemas:core:2.0:';

/** A POST of a user by the name under which later requests know it. */
export function user(as: string, more: JsonObject = {}): Request {
  const body = { schemas: [`${coreUrn}User`], userName: `${as}@example.com`, ...more };
  return { method: 'POST', path: '/Users', as, body };
}

/** A POST of a group with members by their names. */
export function group(as: string, members: readonly string[] = []): Request {
  const body = {
    schemas: [`${coreUrn}Group`],
    displayName: as,
    members: members.map((value) => ({ value })),
  };
  return { method: 'POST', path: '/Groups', as, body };
}

/** A PATCH with its operations. */
export function patch(path: string, ...Operations: readonly JsonValue[]): Request {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
  return { method: 'PATCH', path, body };
}

/** A GET. */
export function get(path: string): Request {
  return { method: 'GET', path };
}
