import { deleteResource as deleteFromDirectory } from '../directory/deletion.ts';
import type { Context } from './context.ts';
import { requireTarget, type Target, untilCurrent } from './preconditions.ts';

/** Deletes a resource (RFC 7644 3.6), for SCIM at once; throws ScimError `notFound` or `versionMismatch`. */
export function deleteResource(context: Context, target: Target): Promise<void> {
  return untilCurrent(async () => {
    const stored = await requireTarget(context, target);
    const { graceDays } = context.tenant.policy.deletion;
    await deleteFromDirectory(context.directory, target.type, { stored, graceDays });
  });
}
