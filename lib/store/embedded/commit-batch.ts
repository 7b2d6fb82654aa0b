import type { Tables } from './tables.ts';

/** Commits a write. It handles the engine's own promise for the turn, whose rejection would end the process. */
export async function commitBatch(
  { root, changes }: Pick<Tables, 'root' | 'changes'>,
  write: () => void,
): Promise<void> {
  let number = 0;
  const committed = root.transaction(() => {
    number = root.getWriteTxnId();
    changes.begin(number);
    write();
  });
  setImmediate(() => {
    Promise.resolve(root.committed).catch(() => undefined);
  });
  await committed;
  changes.end(number);
}
