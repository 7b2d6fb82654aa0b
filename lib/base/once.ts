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

/** Loads each name once, for what never changes and has few names, such as server secrets. */
export function onceEach<T>(load: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const loads = new Map<string, () => Promise<T>>();
  return (name) => {
    const loadOne = loads.get(name) ?? once(() => load(name));
    loads.set(name, loadOne);
    return loadOne();
  };
}
