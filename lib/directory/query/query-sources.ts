import { ScimError } from '../../scim/errors.ts';
import type { DirectoryScope } from '../scope.ts';
import { orderPath } from '../sort-order.ts';
import { edgeAttribute } from './edges.ts';
import { queryResources, type ResourcePage, type Source } from './query-resources.ts';
import { sortResources } from './sort-resources.ts';
import type { Place, SourcesPage, SourcesQuery } from './sources-query.ts';

type Found<S extends Source> = SourcesPage<S>['found'];

/**
 * Queries resources of one or more types (RFC 7644 3.4.2.1): type after type in the order of creation, or sorted.
 *
 * Throws ScimError `invalidFilter`, `invalidValue` for what cannot be sorted by, and `tooMany` where only memory
 * could sort what matches.
 */
export async function querySources<S extends Source>(
  scope: DirectoryScope,
  query: SourcesQuery<S>,
): Promise<SourcesPage<S>> {
  for (const source of query.sources) requireSortable(source);
  if (isSortedInMemory(query.sources)) return sortResources(scope, query);
  return query.startIndex === undefined
    ? walk(scope, query)
    : pageAt(scope, { ...query, startIndex: query.startIndex });
}

function requireSortable({ type, sort }: Source): void {
  if (!sort || sort.path[0] !== edgeAttribute(type)) return;
  throw new ScimError('invalidValue', { detail: `sortBy '${sort.name}' cannot be sorted by` });
}

function isSortedInMemory(sources: readonly Source[]): boolean {
  const sorted = sources.filter(({ sort }) => sort !== undefined);
  return sorted.some(({ type, sort }) => sources.length > 1 || !sort || !orderPath(type, sort));
}

async function pageAt<S extends Source>(
  scope: DirectoryScope,
  { sources, descending, startIndex, count }: SourcesQuery<S> & { startIndex: number },
): Promise<SourcesPage<S>> {
  const found: Found<S>[number][] = [];
  let total = 0;
  let isFull = false;
  for (const source of sources) {
    const query = { ...source, descending, count: isFull ? 0 : count - found.length };
    const first = Math.max(1, startIndex - total);
    const alone = sources.length === 1;
    const page: ResourcePage = await (alone
      ? queryResources(scope, { ...query, startIndex })
      : pageWithin(scope, query, first));
    found.push(...page.documents.map((document) => ({ source, document })));
    total += page.total;
    isFull ||= page.next !== undefined;
  }
  return { found, total };
}

/** Counts before it passes over anything, since the page may begin behind this source. */
async function pageWithin(
  scope: DirectoryScope,
  query: Source & { descending: boolean; count: number },
  startIndex: number,
): Promise<ResourcePage> {
  if (startIndex === 1) return queryResources(scope, query);
  const { total } = await queryResources(scope, { ...query, count: 0 });
  if (startIndex > total) return { documents: [], total };
  return queryResources(scope, { ...query, startIndex, total });
}

/** The total is counted on the first page, and from then on known. */
async function walk<S extends Source>(
  scope: DirectoryScope,
  query: SourcesQuery<S>,
): Promise<SourcesPage<S>> {
  const { sources, descending, count, after, total: known } = query;
  const found: Found<S>[number][] = [];
  let total = 0;
  let next: Place | undefined;
  for (const [index, source] of sources.entries()) {
    if (index < (after?.source ?? 0) || (next && known !== undefined)) continue;
    const room = next ? 0 : count - found.length;
    const position = index === after?.source ? after.position : undefined;
    const page = await queryResources(scope, {
      ...source,
      descending,
      count: room,
      ...(position && { after: position }),
      ...(known !== undefined && room > 0 && { total: known }),
    });
    found.push(...page.documents.map((document) => ({ source, document })));
    total += page.total;
    if (room > 0) next = page.next && { source: index, position: page.next };
    else if (count > 0 && page.total > 0) next ??= { source: index };
  }
  return { found, total: known ?? total, ...(next && { next }) };
}
