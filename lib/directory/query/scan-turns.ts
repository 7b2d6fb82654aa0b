import { limits } from '../../base/limits.ts';
import { tooManyRequests } from '../../scim/errors.ts';
import type { Condition } from '../../scim/filter/condition.ts';
import { chooseIndex } from '../../store/choose-index.ts';
import { StoreError } from '../../store/document-store.ts';
import { takeTurn } from '../../store/turns.ts';

/** Recognises a condition whose matches no index finds, so that all documents of the kind are read. */
export function isScan(kind: string, where: Condition): boolean {
  return chooseIndex(where, kind) === undefined;
}

/**
 * Does work that reads the directory of a tenant. One instance does one such work of a tenant at a time.
 *
 * Throws ScimError `tooManyRequests` if more than `limits.scansWaitingMax` wait, or after `limits.scanTurnSecondsMax`.
 */
export async function inScanTurn<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
  const end = await takeTurn({
    resource: `scan ${tenantId}`,
    isShared: false,
    waitingMax: limits.scansWaitingMax,
    secondsMax: limits.scanTurnSecondsMax,
  }).catch((thrown: unknown) => {
    throw thrown instanceof StoreError && thrown.kind === 'busy' ? tooManyScans() : thrown;
  });
  try {
    return await work();
  } finally {
    end();
  }
}

function tooManyScans() {
  return tooManyRequests(
    'Too many queries of this tenant read its whole directory: send this one again after Retry-After seconds, fewer ' +
      'at once, or filter by userName, externalId, displayName, emails.value or id with eq, which is fast',
    limits.scanRetrySeconds,
  );
}
