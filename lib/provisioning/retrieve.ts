import { matchesVersion, versionOf } from '../scim/version.ts';
import type { Context } from './context.ts';
import { requireTarget, type Target } from './preconditions.ts';
import { type Representation, representOne, type View } from './represent.ts';

/** Which resource is read, and what of it is answered. */
export interface RetrieveCommand extends Target, View {}

/**
 * Retrieves a resource by its id (RFC 7644 3.4.1), or just its version when the client has that already
 * (RFC 7644 3.14).
 *
 * Throws ScimError `notFound`.
 */
export async function retrieveResource(
  context: Context,
  { ifNoneMatch, ...command }: RetrieveCommand,
): Promise<Representation | { readonly version: string }> {
  const { document } = await requireTarget(context, command);
  const version = versionOf(document.revision);
  if (ifNoneMatch !== undefined && matchesVersion(ifNoneMatch, version)) return { version };
  return representOne(context, document, command);
}
