/** Lets other requests have their turn: what this machine alone works on never pauses by itself. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
