import type { HttpHandler } from '@azure/functions';
import { StoreError } from '../store/document-store.ts';

/** Answers 200 when the check passes, else 503; why it does not is for the log alone. */
export function healthHandler(check: () => Promise<void>): HttpHandler {
  return async (_request, invocation) => {
    try {
      await check();
      return { status: 200, jsonBody: { status: 'ready' } };
    } catch (error) {
      invocation.error(reasonOf(error));
      return { status: 503, jsonBody: { status: 'unavailable' } };
    }
  };
}

/** The messages of an error and its causes, the outermost first; a StoreError's own says no more than its kind. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.message;
  return error instanceof StoreError ? reasonOf(error.cause) : `${error.message}: ${reasonOf(error.cause)}`;
}
