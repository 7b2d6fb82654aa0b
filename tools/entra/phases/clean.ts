import type { Step } from '../../client/steps.ts';
import { present } from '../model.ts';
import type { Phase, Run } from '../run.ts';

/** Deletes the groups that this run created and that still exist. */
export const cleanGroups: Phase = {
  title: 'Clean: groups',
  steps: (run) => deletions(run, 'Group', run.directory.groups),
};

/** Deletes the users that this run created and that still exist. */
export const cleanUsers: Phase = {
  title: 'Clean: users',
  steps: (run) => deletions(run, 'User', run.directory.users),
};

function deletions(
  run: Run,
  type: 'User' | 'Group',
  items: readonly { id: string | undefined }[],
): readonly Step[] {
  return present(items)
    .filter(({ id }) => run.directory.created.has(id))
    .map(
      ({ id }) =>
        async () =>
          void (await run.requests.delete(`DELETE /${type}s/{id}`, { type, id })),
    );
}
