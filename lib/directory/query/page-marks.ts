import { LRUCache } from 'lru-cache';
import { limits } from '../../base/limits.ts';
import type { SortValue } from '../../scim/sort.ts';

/** The position after a resource with this id and this value of the sort key. */
export interface Position {
  readonly id: string;
  readonly value?: SortValue;
}

/** The point where a walk through several sources continues: after a position, or at the beginning of a source. */
export interface ResumePoint {
  /** The source's index. */
  readonly source: number;
  readonly position?: Position;
}

/**
 * Remembers the ends of index pages, so that the next page begins there without an offset. The marks are in memory.
 * An instance without a mark uses the offset and yields the same page.
 */
export interface PageMarks {
  /** The beginning of the page at `startIndex` of this walk; `undefined` if no mark is known. */
  find(walk: string, startIndex: number): Position | undefined;
  leave(walk: string, startIndex: number, position: Position): void;
}

/** Keeps up to `limits.pageMarksMax` marks for `limits.pageMarkSecondsMax` seconds each. */
export function createPageMarks(): PageMarks {
  const marks = new LRUCache<string, Position>({
    max: limits.pageMarksMax,
    ttl: limits.pageMarkSecondsMax * 1_000,
  });
  const key = (walk: string, startIndex: number) => `${startIndex} ${walk}`;
  return {
    find: (walk, startIndex) => marks.get(key(walk, startIndex)),
    leave: (walk, startIndex, position) => void marks.set(key(walk, startIndex), position),
  };
}
