import { limits } from '../../base/limits.ts';
import { ScimError } from '../../scim/errors.ts';
import { compareSortValues } from '../../scim/sort.ts';
import type { ResourceDocument } from '../resource-document.ts';
import type { DirectoryScope } from '../scope.ts';
import { indexedKeys } from '../sort-order.ts';
import type { Position } from './page-marks.ts';
import { positionBehind, queryResources, type Source } from './query-resources.ts';
import type { SourcesPage, SourcesQuery } from './sources-query.ts';

interface Ranked<S> {
  readonly source: S;
  readonly document: ResourceDocument;
  readonly position: Position;
}

/** Sorts all matches of the sources in memory; throws ScimError `tooMany` above `limits.sortedInMemoryMax`. */
export async function sortResources<S extends Source>(
  scope: DirectoryScope,
  { sources, descending, startIndex, after, count }: SourcesQuery<S>,
): Promise<SourcesPage<S>> {
  const matches = (await Promise.all(sources.map((source) => readAll(scope, source)))).flat();
  if (matches.length > limits.sortedInMemoryMax) throw tooMany(sources);

  const compare = (a: Position, b: Position) => comparePositions(a, b, descending);
  const sorted = matches.sort((a, b) => compare(a.position, b.position));
  const position = after?.position;
  const start = position
    ? sorted.findIndex((one) => compare(one.position, position) > 0)
    : (startIndex ?? 1) - 1;
  const found = start < 0 ? [] : sorted.slice(start, start + count);
  const last = found.at(-1)?.position;
  const isLast = start < 0 || start + found.length >= sorted.length;
  return {
    found,
    total: sorted.length,
    ...(last && !isLast && { next: { source: 0, position: last } }),
  };
}

async function readAll<S extends Source>(scope: DirectoryScope, source: S): Promise<Ranked<S>[]> {
  const { type, where, sort } = source;
  const count = limits.sortedInMemoryMax + 1;
  const { documents } = await queryResources(scope, { type, ...(where && { where }), count, total: 0 });
  return documents.map((document) => ({ source, document, position: positionBehind(document, sort) }));
}

/** Those with one value stay in the order of creation, whichever way the values go. */
function comparePositions(a: Position, b: Position, descending: boolean): number {
  const values = compareSortValues(a.value, b.value);
  if (values !== 0) return descending ? -values : values;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

function tooMany(sources: readonly Source[]): ScimError {
  const [first, ...others] = sources;
  const names = first && others.length === 0 ? indexedKeys(first.type).map(({ name }) => name) : [];
  const advice = names.length > 0 ? `sort by ${names.join(', ')}` : 'query one resource type';
  return new ScimError('tooMany', {
    detail: `More than ${limits.sortedInMemoryMax} resources cannot be sorted so: narrow the filter or ${advice}`,
  });
}
