import type { Tables } from './tables.ts';

/**
 * Counts the opening of a folder, and returns a function that gives the versions of its commits. A version has the
 * number of the opening, which is on the disk, so that no process uses one twice and a commit has no counter to write.
 */
export function openVersions({
  root,
  state,
  changes,
}: Pick<Tables, 'root' | 'state' | 'changes'>): () => string {
  let commits = 0;
  let number = 0;
  const opening = root.transactionSync(() => {
    number = root.getWriteTxnId();
    changes.begin(number);
    const next = Number(state.get('openings') ?? 0) + 1;
    state.putSync('openings', String(next));
    return next;
  });
  changes.end(number);
  return () => {
    commits += 1;
    return `${opening}.${commits}`;
  };
}
