import type { Tables } from './tables.ts';

/** Commits a write. It handles the engine's own promise for the turn, whose rejection would end the process. */
export function commitBatch({ root }: Tables, write: () => void): Promise<void> {
  const committed = root.transaction(write);
  setImmediate(() => {
    Promise.resolve(root.committed).catch(() => undefined);
  });
  return committed;
}
