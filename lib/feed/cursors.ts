import { feedLimits } from '../base/feed-limits.ts';
import type { Sealer } from '../keys/sealer.ts';
import { invalidValue, ScimError } from '../scim/errors.ts';
import type { FeedHead } from './entries.ts';

/** A place in a feed: behind the entry with the sequence. */
export interface FeedPlace {
  /** That of the feed when the place was read; empty if nothing had been entered yet. */
  readonly generation: string;
  readonly sequence: number;
}

/** Writes a place as an opaque text, which is good for one feed only. */
export function sealPlace(
  sealer: Sealer,
  feed: string,
  { generation, sequence }: FeedPlace,
): Promise<string> {
  return sealer.seal(JSON.stringify([generation, sequence]), purposeOf(feed));
}

/** Reads the place in a text. Rejects with ScimError `invalidValue` for a text that no page of the feed has given. */
export async function openPlace(sealer: Sealer, feed: string, cursor: string): Promise<FeedPlace> {
  const text =
    cursor.length <= feedLimits.cursorCharactersMax ? await sealer.open(cursor, purposeOf(feed)) : undefined;
  if (text === undefined) {
    throw invalidValue(
      'The cursor is not one of this feed: send `next` of a page unchanged, or leave it out',
    );
  }
  const [generation, sequence] = JSON.parse(text) as [string, number];
  return { generation, sequence };
}

const purposeOf = (feed: string) => JSON.stringify(['feed', feed]);

/**
 * Throws ScimError `cursorGone` if a feed does not continue at a place: it was restored, removed or made again since,
 * or has fewer events.
 */
export function requireContinued(
  { generation, sequence }: FeedPlace,
  head: FeedHead | undefined,
  snapshotUrl: string,
): void {
  const isEmptyStart = generation === '' && sequence === 0;
  if (isEmptyStart) return;
  if (head && head.generation === generation && sequence <= head.sequence) return;
  throw cursorGone('The feed was restored or made again since this cursor', snapshotUrl);
}

/** Makes the error for a cursor behind which the feed cannot be read any more. */
export function cursorGone(reason: string, snapshotUrl: string): ScimError {
  return new ScimError('cursorGone', {
    detail: `${reason}: read the snapshot at ${snapshotUrl}, then follow the feed with its cursor`,
  });
}
