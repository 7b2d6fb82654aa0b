import type { ResourceDocument } from '../resource-document.ts';
import type { Position } from './page-marks.ts';
import type { Source } from './query-resources.ts';

/** Where a walk through several sources goes on: behind a position, or with a source that is still untouched. */
export interface Place {
  /** The source's index. */
  readonly source: number;
  readonly position?: Position;
}

/** A query of one or more sources, one after another or sorted together. */
export interface SourcesQuery<S extends Source> {
  readonly sources: readonly S[];
  readonly descending: boolean;
  readonly count: number;
  /** From 1; absent in a walk from place to place. */
  readonly startIndex?: number;
  readonly after?: Place;
  /** How many match, where that is known. */
  readonly total?: number;
}

/** What the sources yield, each with the source it is from, and how many match in all. */
export interface SourcesPage<S extends Source> {
  readonly found: readonly { readonly source: S; readonly document: ResourceDocument }[];
  readonly total: number;
  /** Where the page after this one begins; absent on the last and where pages are counted by index. */
  readonly next?: Place;
}
