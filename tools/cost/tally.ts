import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kept } from './charges.ts';
import type { StoreWork } from './recording-store.ts';

/** The store work for one purpose: a request, or a run of the timer. */
export class Tally {
  operations = 0;
  reads = 0;
  recent = 0;
  writes = 0;
  readonly created: (Kept & { readonly kind: string })[] = [];

  note({ reads, recent, writes, created }: StoreWork): void {
    this.operations += 1;
    this.reads += reads;
    this.recent += recent;
    this.writes += writes;
    this.created.push(...created);
  }
}

const current = new AsyncLocalStorage<Tally>();

/** Adds work to the current tally; without a tally, the work is not counted. */
export function noteWork(work: StoreWork): void {
  current.getStore()?.note(work);
}

/** Runs work and returns a tally of its store operations. */
export async function tallied(work: () => Promise<unknown>): Promise<Tally> {
  const tally = new Tally();
  await current.run(tally, work);
  return tally;
}
