import {
  type ChangeFeedPullModelIterator,
  ChangeFeedStartFrom,
  type Container as CosmosContainer,
  ErrorResponse,
} from '@azure/cosmos';
import type { FollowStart } from '../document-store.ts';
import type { Item } from './item.ts';

/** The items of a container that were written last, in the order of commits within a partition. */
interface Changes {
  readonly items: readonly Item[];
  readonly next: string;
  readonly isWhole: boolean;
}

type Iterator = ChangeFeedPullModelIterator<Item>;

/**
 * Reads the change feed of a container by the pull model, in its latest version mode, until nothing follows or there
 * are `limit` items. Cosmos DB never divides a batch, so that there may be more. `undefined` for a cursor of another
 * container, such as one that was restored.
 */
export async function readChanges(
  container: CosmosContainer,
  { start, limit }: { readonly start: FollowStart; readonly limit: number },
  persist: <T>(attempt: () => Promise<T>) => Promise<T>,
): Promise<Changes | undefined> {
  const items: Item[] = [];
  let from = startOf(start);
  let iterator: Iterator | undefined;
  try {
    for (;;) {
      const response = await persist(async () => {
        // An iterator that has failed may have half of its state.
        const current =
          iterator ??
          container.items.getChangeFeedIterator<Item>({
            changeFeedStartFrom: from,
            maxItemCount: limit - items.length,
          });
        iterator = undefined;
        const answered = await current.readNext();
        iterator = current;
        return answered;
      });
      items.push(...(response.result ?? []));
      const token = response.continuationToken;
      from = ChangeFeedStartFrom.Continuation(token);
      const isWhole = response.statusCode === notModified;
      if (isWhole || items.length >= limit) return { items, next: packed(token), isWhole };
    }
  } catch (thrown) {
    if (thrown instanceof ErrorResponse && otherContainer.test(thrown.message)) return undefined;
    throw thrown;
  }
}

/** The status if no range of the container has changes. */
const notModified = 304;
const otherContainer = /continuation token is not for the current container/;

function startOf(start: FollowStart) {
  if (start === 'now') return ChangeFeedStartFrom.Now();
  if (start === 'beginning') return ChangeFeedStartFrom.Beginning();
  return ChangeFeedStartFrom.Continuation(unpacked(start.cursor));
}

/** The continuation token of the SDK, as far as it needs it again. */
interface Token {
  readonly rid: string;
  readonly Continuation: readonly {
    readonly minInclusive: string;
    readonly maxExclusive: string;
    readonly continuationToken: string;
  }[];
}

/** A token in about half of its characters. It grows with the physical partitions of the container. */
function packed(text: string): string {
  const { rid, Continuation }: Token = JSON.parse(text);
  const ranges = Continuation.map(({ minInclusive, maxExclusive, continuationToken }) => [
    minInclusive,
    maxExclusive,
    continuationToken,
  ]);
  return JSON.stringify([rid, ranges]);
}

function unpacked(text: string): string {
  const [rid, ranges] = JSON.parse(text) as [string, readonly [string, string, string][]];
  const Continuation = ranges.map(([minInclusive, maxExclusive, continuationToken]) => ({
    minInclusive,
    maxExclusive,
    continuationToken,
  }));
  return JSON.stringify({ rid, Continuation } satisfies Token);
}
