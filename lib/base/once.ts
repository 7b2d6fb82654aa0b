/**
 * Makes something when it is first asked for, and once; callers meanwhile wait for the same attempt. A failed
 * attempt rejects for those who waited and is not remembered: the next caller tries again.
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
