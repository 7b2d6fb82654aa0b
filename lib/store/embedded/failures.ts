import { codeOf, isDiskFailure } from '../disk-failure.ts';
import { StoreError } from '../document-store.ts';

/** LMDB's code MDB_BAD_TXN: it has aborted a transaction, such as one that met what a killed process left behind. */
const abortedCode = -30_782;
/**
 * Converts a failure of LMDB or the disk to a StoreError `unavailable`. Other errors are defects and stay what they
 * are.
 */
export async function toStoreError(thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof Error) || thrown instanceof StoreError) return thrown;
  const cause =
    'commitError' in thrown
      ? await Promise.resolve(thrown.commitError).catch((reason: unknown) => reason)
      : thrown;
  if (isDiskFailure(cause)) {
    const reason = 'The disk does not take the data: check whether it is full or damaged';
    return new StoreError('unavailable', { cause: new Error(reason, { cause }) });
  }
  const isDatabaseError = cause !== thrown || typeof codeOf(cause) === 'number';
  return isDatabaseError ? new StoreError('unavailable', { cause }) : thrown;
}

/** Recognises a transaction that LMDB has aborted. It has changed nothing and can be repeated. */
export function isAborted(error: unknown): boolean {
  return error instanceof StoreError && codeOf(error.cause) === abortedCode;
}

/** The failure for a document that is damaged, or absent although an index or a list of keys names it. */
export function lostDocument(cause?: unknown): StoreError {
  const reason = 'A document of the data folder is lost or damaged: restore the folder from a copy';
  return new StoreError('unavailable', { cause: new Error(reason, { cause }) });
}
