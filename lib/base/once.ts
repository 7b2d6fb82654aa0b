/**
 * Makes a value when it is first needed, and keeps it. Callers share an attempt that is under way. A failed attempt
 * rejects for all of them, and the next caller tries again.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= (async () => make())().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
