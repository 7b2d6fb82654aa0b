import type { Context } from '../../provisioning/context.ts';
import { locationOf } from '../../provisioning/represent.ts';
import { ScimError } from '../../scim/errors.ts';
import { userType } from '../../scim/schema/resource-types.ts';
import type { AdmittedRequest, Operation, ScimResponse } from '../operation.ts';
import { toScimError } from '../respond.ts';

/**
 * Makes an operation on `/Me`, the user on whose behalf the client acts. Every response, also an error, has
 * that user's `Location` (RFC 7644 3.11). Throws ScimError `notImplemented` if the client acts on behalf of
 * no user.
 */
export function meOperation<Command, Outcome>(
  operation: Operation<Context, Command, Outcome>,
): Operation<Context, AdmittedRequest, ScimResponse> {
  return {
    scope: operation.scope,
    readsBody: operation.readsBody,
    parse(request, { subject }) {
      if (subject !== undefined) return { ...request, params: { id: subject } };
      const detail = 'This key does not act for a user, so /Me does not exist: use /Users/{id}';
      throw new ScimError('notImplemented', { detail });
    },
    async run(context, request) {
      const location = { Location: locationOf(context, userType, request.params.id ?? '') };
      try {
        const command = operation.parse(request, context);
        const response = operation.respond(await operation.run(context, command), command);
        return { ...response, headers: { ...response.headers, ...location } };
      } catch (thrown) {
        const { code, message, cause, headers } = toScimError(thrown);
        throw new ScimError(code, { detail: message, cause, headers: { ...headers, ...location } });
      }
    },
    respond: (response) => response,
  };
}

/** `POST /Me`. It creates nothing, because the user on whose behalf a client acts exists (RFC 7644 3.11). */
export const createMeOperation: Operation<Context> = {
  scope: 'scim',
  readsBody: false,
  parse() {
    throw new ScimError('notImplemented', {
      detail: '/Me does not support POST: create users with POST to /Users',
    });
  },
  run: async () => undefined,
  respond: () => ({ status: 501 }),
};
