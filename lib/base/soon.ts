interface SoonOptions {
  readonly work: (name: string) => Promise<void>;
  /** Time for which it gathers calls. */
  readonly milliseconds: number;
  /** Names that are worked on side by side. */
  readonly atOnce: number;
  readonly failed: (thrown: unknown) => void;
}

/**
 * Makes what does work for a name soon after it was called for, once for all calls of that time. For one name it works
 * once at a time; a call meanwhile makes it work once more. Nothing waits for it, not even the end of the process.
 */
export function createSoon({ work, milliseconds, atOnce, failed }: SoonOptions): (name: string) => void {
  const called = new Set<string>();
  const running = new Set<string>();
  let isGathering = false;

  function call(name: string): void {
    called.add(name);
    gather();
  }

  function gather(): void {
    if (isGathering) return;
    isGathering = true;
    setTimeout(begin, milliseconds).unref();
  }

  function begin(): void {
    isGathering = false;
    for (const name of called) {
      if (running.size >= atOnce) break;
      if (!running.has(name)) void run(name);
    }
  }

  async function run(name: string): Promise<void> {
    called.delete(name);
    running.add(name);
    await work(name).catch(failed);
    running.delete(name);
    if (called.size > 0) gather();
  }

  return call;
}
