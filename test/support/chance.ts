import { onTestFailed } from 'vitest';
import { type Random, seededRandom } from '../../tools/client/random.ts';

const seed = Number(process.env.MUSTER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Makes the random choices of a running test, others for other parts; when it fails it says how to repeat them. */
export function drawnChoices(...parts: readonly number[]): Random & { readonly seed: number } {
  onTestFailed(() => void process.stderr.write(`MUSTER_TEST_SEED=${seed} repeats the random choices.\n`));
  return { seed, ...seededRandom(seed, ...parts) };
}
