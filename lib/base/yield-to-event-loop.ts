/** Lets other requests run. Long work without input or output would block them otherwise. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
