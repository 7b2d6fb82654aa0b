/** As Node and as LMDB write them. LMDB reports EIO when a disk takes only a part of what it writes. */
const diskCodes: ReadonlySet<unknown> = new Set(['EIO', 'EFBIG', 'ENOSPC', 'EDQUOT', 5, 27, 28, 122]);

/** Recognises the failure of a disk that is full, or broken, also as the cause of a StoreError. */
export function isDiskFailure(error: unknown): boolean {
  if (diskCodes.has(codeOf(error))) return true;
  return error instanceof Error && error.cause !== undefined && isDiskFailure(error.cause);
}

/** The code of an error of Node or LMDB. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
