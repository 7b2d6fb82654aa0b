import { limits } from '../base/limits.ts';
import { isLostRace, StoreError } from './document-store.ts';

/**
 * Repeats a read-modify-write for as long as another writer is faster, at once and `limits.raceAttemptsMax` times at
 * most. `attempt` is told how many attempts were lost before it. Any other failure ends it.
 *
 * Rejects with the last StoreError `stale` or `conflict`, or with what `giveUp` makes of it.
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

/** For `giveUp`, where nobody but the service provider can repeat what was lost. */
export function unavailable(lastRace: StoreError): StoreError {
  return new StoreError('unavailable', { cause: lastRace });
}

/** Tells whether the work was done; it was not where another writer was faster. */
export async function wonRace(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (thrown) {
    if (!isLostRace(thrown)) throw thrown;
    return false;
  }
}
