import { Backoff } from '../base/backoff.ts';
import { limits } from '../base/limits.ts';
import { isLostRace, StoreError } from './document-store.ts';
import { type Turn, takeTurn } from './turns.ts';

const bounds = {
  triesMax: limits.raceAttemptsMax,
  waitMillisecondsMax: Number.POSITIVE_INFINITY,
  firstWaitMilliseconds: 2,
  growth: 2,
  longestWaitMilliseconds: limits.raceWaitMillisecondsMax,
};

/**
 * Repeats a read-modify-write while another writer is first, for at most `limits.raceAttemptsMax` attempts, with
 * short random waits between them. `attempt` gets the number of lost attempts before it. Any other failure ends
 * it. With `turn` the first attempt waits for other writers of this instance.
 *
 * Rejects with StoreError `busy`, or with the error that `giveUp` makes of the last lost race.
 */
export async function retryLostRace<T>(
  attempt: (lost: number) => Promise<T>,
  giveUp: (lastRace: StoreError) => Error = busy,
  turn?: Turn,
): Promise<T> {
  const end = turn && (await takeTurn(turn));
  let backoff: Backoff | undefined;
  try {
    for (let lost = 0; ; lost += 1) {
      try {
        return await attempt(lost);
      } catch (thrown) {
        if (!isLostRace(thrown)) throw thrown;
        backoff ??= new Backoff(bounds);
        await backoff.wait({ error: giveUp(thrown), isTransient: true, retryAfterMilliseconds: undefined });
      }
    }
  } finally {
    end?.();
  }
}

/** For `giveUp`, if the client can repeat the work. */
export function busy(lastRace: StoreError): StoreError {
  return new StoreError('busy', { cause: lastRace });
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
