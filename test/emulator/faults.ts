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
