import type { Context } from '../../provisioning/context.ts';
import { locationOf } from '../../provisioning/represent.ts';
import { ScimError } from '../../scim/errors.ts';
import { userType } from '../../scim/schema/resource-types.ts';
import type { AdmittedRequest, Operation, ScimResponse } from '../operation.ts';
import { toScimError } from '../respond.ts';

/**
 * An operation on `/Me`, which stands for the user on whose behalf the client acts; every response has that
 * user's `Location` (RFC 7644 3.11). Throws ScimError `notImplemented` for a client that acts for nobody.
 */
export function meOperation<Command, Outcome>(
  operation: Operation<Context, Command, Outcome>,
): Operation<Context, AdmittedRequest, ScimResponse> {
  return {
    scope: operation.scope,
    readsBody: operation.readsBody,
    parse(request, { subject }) {
      if (subject !== undefined) return { ...request, params: { id: subject } };
      const detail = 'This key acts for no user, so there is no /Me: address the user by its id';
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

/** `POST /Me`: whom a client acts for exists already, so nothing is created there (RFC 7644 3.11). */
export const createMeOperation: Operation<Context> = {
  scope: 'scim',
  readsBody: false,
  parse() {
    throw new ScimError('notImplemented', { detail: '/Me creates nothing: create users by POST to /Users' });
  },
  run: async () => undefined,
  respond: () => ({ status: 501 }),
};
