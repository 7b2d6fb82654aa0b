/**
 * Calls `work` for each thing, for at most `atOnce` of them at a time, in their order.
 *
 * After a failure it begins no further calls, waits for those that run, and rejects with the first failure.
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
