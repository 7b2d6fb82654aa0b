import type { HttpHandler } from '@azure/functions';

/** Answers 200 when the check passes and 503 when it does not. */
export function healthHandler(check: () => Promise<void>): HttpHandler {
  return async () => {
    try {
      await check();
      return { status: 200, jsonBody: { status: 'ready' } };
    } catch {
      return { status: 503, jsonBody: { status: 'unavailable' } };
    }
  };
}
