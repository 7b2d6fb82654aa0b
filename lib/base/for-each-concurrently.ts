/**
 * Works on things side by side, at most `atOnce` at a time, begun in their order.
 *
 * After a failure nothing more is begun; rejects with the first one once all that was begun has ended.
 */
export async function forEachConcurrently<T>(
  things: Iterable<T>,
  atOnce: number,
  work: (thing: T) => Promise<unknown>,
): Promise<void> {
  const pending = [...things].values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const thing of pending) {
      await work(thing).catch((thrown: unknown) => failures.push(thrown));
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
