import { deleteFromDirectory, finishDeletion } from '../directory/deletion.ts';
import { ScimError } from '../scim/errors.ts';
import { busy, retryLostRace } from '../store/retry-lost-race.ts';
import type { Context } from './context.ts';
import { requireTarget, type Target, turnOf } from './preconditions.ts';

/**
 * Deletes a resource (RFC 7644 3.6). SCIM clients no longer see it from then on, even during its grace period.
 *
 * Throws ScimError `notFound` or `versionMismatch`. Before `notFound`, it finishes a deletion that failed halfway,
 * so a client that repeats the request completes it.
 */
export function deleteResource(context: Context, target: Target): Promise<void> {
  const { directory, tenant } = context;
  const remove = async () => {
    const stored = await requireTarget(context, target).catch(async (thrown: unknown) => {
      const isGone = thrown instanceof ScimError && thrown.code === 'notFound';
      if (isGone) await finishDeletion(directory, target.type, target.id);
      throw thrown;
    });
    const { graceDays } = tenant.policy.deletion;
    await deleteFromDirectory(directory, target.type, { stored, graceDays });
  };
  return retryLostRace(remove, busy, turnOf(context, target.id));
}
