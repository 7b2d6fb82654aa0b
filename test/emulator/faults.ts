import type { Fault } from './front.ts';

const kinds = [429, 449, 503, 'lost'] as const;

/** Faults that strike a share of the requests, the same ones for the same seed. */
export function randomFaults({ share, seed }: { share: number; seed: number }): () => Fault {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (next() < share ? kinds[Math.floor(next() * kinds.length)] : undefined);
}

/** A database that fails while it is told to, and counts how often it did. */
export interface FailingDatabase {
  isFailing: boolean;
  readonly struck: ReadonlyMap<Fault, number>;
  readonly nextFault: () => Fault;
}

/** Requests that fail one after the other, so that repetitions fail too. */
const stormLength = 20;
const stormEvery = 300;
const stormKinds = [429, 503] as const;
const hangingEvery = 2_000;

/** Fails a tenth of the requests at random, some in a row, and now and then leaves one hanging. */
export function failingDatabase({ seed }: { seed: number }): FailingDatabase {
  const strikes = randomFaults({ share: 0.1, seed });
  const struck = new Map<Fault, number>();
  let requests = 0;
  const choose = (): Fault => {
    requests += 1;
    if (requests % hangingEvery === hangingEvery / 2) return 'hanging';
    const storm = Math.floor(requests / stormEvery);
    return requests % stormEvery >= stormEvery - stormLength
      ? stormKinds[storm % stormKinds.length]
      : strikes();
  };
  const database: FailingDatabase = {
    isFailing: false,
    struck,
    nextFault: () => {
      const fault = database.isFailing ? choose() : undefined;
      if (fault !== undefined) struck.set(fault, (struck.get(fault) ?? 0) + 1);
      return fault;
    },
  };
  return database;
}
