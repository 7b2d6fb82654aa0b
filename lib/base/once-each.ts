/**
 * Loads the value of each name once and keeps it. For values that never change, such as server secrets. Callers share
 * a load that is under way, and a failure is not kept.
 */
export function onceEach<V>(load: (name: string) => Promise<V>): (name: string) => Promise<V> {
  const values = new Map<string, Promise<V>>();
  return (name) => {
    const existing = values.get(name);
    if (existing) return existing;
    const value = load(name);
    values.set(name, value);
    value.catch(() => values.delete(name));
    return value;
  };
}
