import { LRUCache } from 'lru-cache';
import { limits } from '../../base/limits.ts';
import type { SortValue } from '../../scim/sort.ts';

/** Behind a resource with this id and sorted value. */
export interface Position {
  readonly id: string;
  readonly value?: SortValue;
}

/** The place where a walk through several sources goes on: behind a position, or at the beginning of a source. */
export interface ResumePoint {
  /** The source's index. */
  readonly source: number;
  readonly position?: Position;
}

/**
 * Remembers where index pages ended, so that walking on costs a page and only a jump costs an offset.
 * Kept in memory: an instance without the mark falls back to the offset and gives the same answer.
 */
export interface PageMarks {
  /** Where the page at `startIndex` of this walk begins. */
  find(walk: string, startIndex: number): Position | undefined;
  leave(walk: string, startIndex: number, position: Position): void;
}

/** Keeps marks in memory, within limits.ts. */
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
