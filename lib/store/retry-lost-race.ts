import { limits } from '../base/limits.ts';
import { isLostRace, StoreError } from './document-store.ts';

/**
 * Repeats a read-modify-write without a pause while another writer is first, for at most
 * `limits.raceAttemptsMax` attempts. `attempt` gets the number of lost attempts before it. Any other failure
 * ends it.
 *
 * Rejects with the last StoreError `stale` or `conflict`, or with the error that `giveUp` makes of it.
 */
export async function retryLostRace<T>(
  attempt: (lost: number) => Promise<T>,
  giveUp: (lastRace: StoreError) => Error = (lastRace) => lastRace,
): Promise<T> {
  for (let lost = 0; ; ) {
    try {
      return await attempt(lost);
    } catch (thrown) {
      if (!isLostRace(thrown)) throw thrown;
      lost += 1;
      if (lost >= limits.raceAttemptsMax) throw giveUp(thrown);
    }
  }
}

/** For `giveUp`, if only the service provider can repeat the lost work. */
export function unavailable(lastRace: StoreError): StoreError {
  return new StoreError('unavailable', { cause: lastRace });
}

/** Yields false if another writer was first, and true if the work was done. Rejects with other failures. */
export async function wonRace(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (thrown) {
    if (!isLostRace(thrown)) throw thrown;
    return false;
  }
}
