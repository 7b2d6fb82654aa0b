/**
 * Makes a value when it is first needed, and keeps it. Concurrent callers share one attempt. If it fails, it
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

/** Loads the value of each name once. Use it for few values that never change, such as server secrets. */
export function onceEach<T>(load: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const loads = new Map<string, () => Promise<T>>();
  return (name) => {
    const loadOne = loads.get(name) ?? once(() => load(name));
    loads.set(name, loadOne);
    return loadOne();
  };
}
