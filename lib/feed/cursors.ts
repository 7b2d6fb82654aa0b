import { feedLimits } from '../base/feed-limits.ts';
import type { Sealer } from '../keys/sealer.ts';
import { invalidValue, ScimError } from '../scim/errors.ts';
import type { FollowStart } from '../store/document-store.ts';
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
  return sealer.seal(JSON.stringify([generation, sequence]), purposeOf('feed', feed));
}

/** Reads the place in a text. Rejects with ScimError `invalidValue` for a text that no page of the feed has given. */
export async function openPlace(sealer: Sealer, feed: string, cursor: string): Promise<FeedPlace> {
  const [generation, sequence] = await openCursor<[string, number]>(sealer, purposeOf('feed', feed), cursor);
  return { generation, sequence };
}

/** The place of a snapshot that is being read: the sources before `source` are read, and that one up to an id. */
export interface SnapshotPlace {
  /** The place in the feed at which the snapshot began. */
  readonly begun: FeedPlace;
  readonly source: number;
  readonly after?: string | undefined;
}

/** Writes the place of a snapshot as an opaque text, which is good for one tenant only. */
export function sealSnapshotPlace(
  sealer: Sealer,
  feed: string,
  { begun: { generation, sequence }, source, after = '' }: SnapshotPlace,
): Promise<string> {
  return sealer.seal(JSON.stringify([generation, sequence, source, after]), purposeOf('snapshot', feed));
}

/** Reads the place in a text. Rejects with ScimError `invalidValue` for a text that the snapshot has not given. */
export async function openSnapshotPlace(
  sealer: Sealer,
  feed: string,
  cursor: string,
): Promise<SnapshotPlace> {
  const purpose = purposeOf('snapshot', feed);
  const [generation, sequence, source, after] = await openCursor<[string, number, number, string]>(
    sealer,
    purpose,
    cursor,
  );
  return { begun: { generation, sequence }, source, after: after || undefined };
}

/** A place in the feeds of all tenants. */
export interface AllPlace {
  /** That of the deployment's own feed. It changes when any feed is renewed. */
  readonly generation: string;
  /** A time in milliseconds since 1970. Every entry that was written later is still to be read. */
  readonly asOf: number;
  readonly start: FollowStart;
  /** The time in milliseconds since 1970 before which entries are left out. */
  readonly since?: number | undefined;
}

/** Writes a place in the feeds of all tenants as an opaque text. */
export function sealAllPlace(sealer: Sealer, { generation, asOf, start, since }: AllPlace): Promise<string> {
  return sealer.seal(JSON.stringify([generation, asOf, start, since ?? null]), purposeOf('feed', '*'));
}

/** Reads the place in a text. Rejects with ScimError `invalidValue` for a text that no page of all feeds has given. */
export async function openAllPlace(sealer: Sealer, cursor: string): Promise<AllPlace> {
  const purpose = purposeOf('feed', '*');
  const [generation, asOf, start, since] = await openCursor<
    [string, number, AllPlace['start'], number | null]
  >(sealer, purpose, cursor);
  return { generation, asOf, start, since: since ?? undefined };
}

async function openCursor<T>(sealer: Sealer, purpose: string, cursor: string): Promise<T> {
  const text =
    cursor.length <= feedLimits.cursorCharactersMax ? await sealer.open(cursor, purpose) : undefined;
  if (text !== undefined) return JSON.parse(text) as T;
  throw invalidValue('The cursor is not one of this feed: send `next` of a page unchanged, or leave it out');
}

const purposeOf = (kind: 'feed' | 'snapshot', feed: string) => JSON.stringify([kind, feed]);

/**
 * Throws ScimError `cursorGone` if a feed does not continue at a place: it was restored, removed or made again since,
 * or has fewer events.
 */
export function requireContinued(
  { generation, sequence }: FeedPlace,
  head: FeedHead | undefined,
  snapshotUrl: string,
): void {
  if (isSameFeed(generation, head) && sequence <= (head?.sequence ?? 0)) return;
  throw cursorGone('The feed was restored or made again since this cursor', snapshotUrl);
}

/** Tests if a feed continues what was read of a generation; an empty one is that of a feed without events. */
export function isSameFeed(generation: string, head: FeedHead | undefined): boolean {
  return generation === (head?.generation ?? '') || (generation === '' && !head?.isRenewed);
}

/** Makes the error for a cursor behind which the feed cannot be read any more. */
export function cursorGone(reason: string, snapshotUrl: string): ScimError {
  return new ScimError('cursorGone', {
    detail: `${reason}: read the snapshot at ${snapshotUrl}, then follow the feed with its cursor`,
  });
}

/** Makes the error for a cursor behind which the feeds of all tenants cannot be read any more. */
export function allGone(reason: string, apiUrl: string): ScimError {
  return new ScimError('cursorGone', {
    detail:
      `${reason}: take a cursor with from=now, read the snapshot of each tenant at ` +
      `${apiUrl}/tenants/{tenant}/snapshot, then follow with that cursor`,
  });
}
