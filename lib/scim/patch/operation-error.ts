import { ScimError } from '../errors.ts';

/**
 * Runs one step of a PATCH operation and names the operation in front of what it throws (RFC 7644 3.5.2).
 */
export function inOperation<T>(number: number, run: () => T): T {
  return within(`Operation ${number}`, run);
}

/** Runs something and puts a place in front of the detail of what it throws. */
export function within<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    throw new ScimError(error.code, { detail: `${place}: ${error.message}`, cause: error });
  }
}
