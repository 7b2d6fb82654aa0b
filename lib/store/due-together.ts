import type { Container, DocumentStore, Stored } from './document-store.ts';
import { override } from './store-until.ts';

/** The kinds of documents that become due, by container. */
export type DueKinds = Readonly<Record<Container, readonly string[]>>;

interface Answer {
  /** The writes of this process in the container before the query. */
  readonly writes: number;
  readonly isWhole: boolean;
  readonly found: readonly Stored[];
}

/**
 * The store for one run of the timer. Its first query of due documents in a container asks for all of the kinds. Later
 * ones get their kinds from that answer. They ask the store if the answer was cut off by its limit, or if this process
 * has written to the container since, because that may have changed what is due.
 */
export function dueTogether(
  store: DocumentStore,
  { kinds, writesIn }: { kinds: DueKinds; writesIn: (container: Container) => number },
): DocumentStore {
  const answers = new Map<Container, Answer>();
  return override(store, (inner) => ({
    async due(container, asked, range) {
      if (range.tenantId !== undefined) return inner.due(container, asked, range);
      let answer = answers.get(container);
      if (!answer) {
        const writes = writesIn(container);
        const found = await inner.due(container, kinds[container], range);
        answer = { writes, isWhole: found.length < range.limit, found };
        answers.set(container, answer);
      }
      const { writes, isWhole, found } = answer;
      const isKnown = isWhole && writes === writesIn(container);
      if (!isKnown || !asked.every((kind) => kinds[container].includes(kind))) {
        return inner.due(container, asked, range);
      }
      return found.filter(({ document }) => asked.includes(document.kind)).slice(0, range.limit);
    },
  }));
}
