/** Makes what lets through work of one name, at most some at a time; the rest waits in its order. */
export function createGate(atOnce: number) {
  const gates = new Map<string, { running: number; waiting: (() => void)[] }>();

  return async function pass<T>(name: string, work: () => Promise<T>): Promise<T> {
    const gate = gates.get(name) ?? { running: 0, waiting: [] };
    gates.set(name, gate);
    if (gate.running >= atOnce) await new Promise<void>((resolve) => gate.waiting.push(resolve));
    else gate.running += 1;
    try {
      return await work();
    } finally {
      const next = gate.waiting.shift();
      if (next) next();
      else gate.running -= 1;
      if (gate.running === 0) gates.delete(name);
    }
  };
}

/** The gate of an instance. */
export type Gate = ReturnType<typeof createGate>;
