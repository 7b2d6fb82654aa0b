import { matchesVersion, versionOf } from '../scim/version.ts';
import type { Context } from './context.ts';
import { requireTarget, type Target } from './preconditions.ts';
import { type Representation, representOne, type View } from './represent.ts';

/** The resource to read, and its view. */
export type RetrieveCommand = Target & View;

/**
 * Retrieves a resource by its id (RFC 7644 3.4.1). Yields only the version if `ifNoneMatch` matches it, because
 * the client has the resource already (RFC 7644 3.14).
 *
 * Throws ScimError `notFound`.
 */
export async function retrieveResource(
  context: Context,
  command: RetrieveCommand,
): Promise<Representation | { readonly version: string }> {
  // A read of the version that the client has is answered with 304, not with versionMismatch.
  const { document } = await requireTarget(context, { ...command, ifNoneMatch: undefined });
  const version = versionOf(document.revision);
  if (command.ifNoneMatch !== undefined && matchesVersion(command.ifNoneMatch, version)) return { version };
  return representOne(context, document, command);
}
