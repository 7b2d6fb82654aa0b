import { type DocumentStore, StoreError } from '../../lib/store/document-store.ts';

const calls = ['read', 'readMany', 'commit', 'query', 'count', 'due', 'sweep', 'drain'] as const;

/** The call at which an engine stops, counted from 1: before it does its work, or after, so that its answer is lost. */
export interface Stop {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** An engine that a test can stop at any call, as if the database became unreachable. */
export interface StoppingEngine {
  /** Counts from now on. That call and all later ones fail until `start`. */
  stopAt(stop: Stop): void;
  /** Answers all calls again. Returns false if the engine had not stopped. */
  start(): boolean;
  /** The store that was called first, which is the app's. */
  store(): DocumentStore;
}

type Method = (...values: unknown[]) => Promise<unknown>;

/** Counts the calls of all stores of a class, by its prototype. */
export function stopOnDemand(prototype: object): StoppingEngine {
  const methods = prototype as Record<(typeof calls)[number], Method>;
  let counted = 0;
  let stop: Stop | undefined;
  let store: DocumentStore | undefined;
  for (const name of calls) {
    const work = methods[name];
    methods[name] = async function (this: unknown, ...values) {
      store ??= this as DocumentStore;
      counted += 1;
      const mine = counted;
      const { at, when } = stop ?? { at: Number.POSITIVE_INFINITY, when: 'before' };
      if (mine > at || (mine === at && when === 'before')) throw unreachable();
      const result = await work.apply(this, values);
      if (mine === at) throw unreachable();
      return result;
    };
  }
  return {
    stopAt(next) {
      counted = 0;
      stop = next;
    },
    start() {
      const stopped = stop !== undefined && counted >= stop.at;
      stop = undefined;
      return stopped;
    },
    store() {
      if (!store) throw new Error('No store was called yet.');
      return store;
    },
  };
}

function unreachable(): StoreError {
  return new StoreError('unavailable', { cause: new Error('stopped by a test') });
}
