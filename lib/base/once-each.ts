/**
 * Loads each name once and keeps what came of it, for what never changes, such as server secrets; callers share a load
 * and a failure is not kept.
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
