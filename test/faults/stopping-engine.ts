import { type DocumentStore, type Partition, StoreError } from '../../lib/store/document-store.ts';

const calls = ['read', 'readMany', 'commit', 'query', 'count', 'due', 'follow', 'sweep', 'drain'] as const;

/** The call at which an engine stops, counted from 1: before it does its work, or after, so that its answer is lost. */
export interface Stop {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** An engine whose calls a test lets fail, as if the database became unreachable. */
export interface StoppingEngine {
  /** Counts from now on. That call and all later ones fail until `start`. */
  stopAt(stop: Stop): void;
  /** Lets calls fail until `start`, each as `choose` says for it. */
  failSome(choose: () => Stop['when'] | undefined): void;
  /** The number of calls since `stopAt`. */
  calls(): number;
  /** Answers all calls again. Returns false if none had failed. */
  start(): boolean;
  /** The partitions that commits have named since `stopAt` or `failSome`, whether these failed or not. */
  written(): readonly Partition[];
  /** The store that was called first, which is the app's. */
  store(): DocumentStore;
}

type Method = (...values: unknown[]) => Promise<unknown>;

/** Counts the calls of all stores of a class, by its prototype. */
export function stopOnDemand(prototype: object): StoppingEngine {
  const methods = prototype as Record<(typeof calls)[number], Method>;
  let choose: () => Stop['when'] | undefined = () => undefined;
  let hasFailed = false;
  let counted = 0;
  let written: Partition[] = [];
  let store: DocumentStore | undefined;
  const failSome: StoppingEngine['failSome'] = (next) => {
    hasFailed = false;
    written = [];
    choose = next;
  };
  for (const name of calls) {
    const work = methods[name];
    methods[name] = async function (this: unknown, ...values) {
      store ??= this as DocumentStore;
      if (name === 'commit') written.push(values[0] as Partition);
      const failsWhen = choose();
      hasFailed ||= failsWhen !== undefined;
      if (failsWhen === 'before') throw unreachable();
      const result = await work.apply(this, values);
      if (failsWhen === 'after') throw unreachable();
      return result;
    };
  }
  return {
    failSome,
    stopAt({ at, when }) {
      counted = 0;
      failSome(() => {
        counted += 1;
        if (counted < at) return undefined;
        return counted === at ? when : 'before';
      });
    },
    calls: () => counted,
    start() {
      choose = () => undefined;
      return hasFailed;
    },
    written: () => written,
    store() {
      if (!store) throw new Error('No store was called yet.');
      return store;
    },
  };
}

function unreachable(): StoreError {
  return new StoreError('unavailable', { cause: new Error('stopped by a test') });
}
