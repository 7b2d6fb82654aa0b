import type { Context } from '../../provisioning/context.ts';
import { type QueryCommand, type QueryOutcome, queryResources } from '../../provisioning/query.ts';
import { notFound } from '../../scim/errors.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import { listResponse, parseCursorPaging, parsePaging } from '../../scim/message/list-response.ts';
import { parseSearchRequest, type QueryParameters } from '../../scim/message/search-request.ts';
import { parseSelection } from '../../scim/project.ts';
import { readFilter } from '../../scim/quirks/normalise.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { bindSort, parseDescending } from '../../scim/sort.ts';
import type { AdmittedRequest, Operation, ScimResponse } from '../operation.ts';

type QueryOperation = Operation<Context, QueryCommand, QueryOutcome>;

/** `GET` of the endpoint of a resource type or, without a name, of the root (RFC 7644 3.4.2). */
export function queryOperation(name?: string): QueryOperation {
  return {
    scope: 'scim',
    readsBody: false,
    parse: (request, context) => parseQuery(context, queriedTypes(context, name), urlParameters(request)),
    run: queryResources,
    respond: pageResponse,
  };
}

/** `POST` to `/.search` below the endpoint of a type or, without a name, the root (RFC 7644 3.4.3). */
export function searchOperation(name?: string): QueryOperation {
  return {
    scope: 'scim',
    readsBody: true,
    parse: (request, context) =>
      parseQuery(context, queriedTypes(context, name), parseSearchRequest(request.body)),
    run: queryResources,
    respond: pageResponse,
  };
}

function pageResponse({ found, total, nextCursor }: QueryOutcome, { paging }: QueryCommand): ScimResponse {
  return {
    status: 200,
    body: listResponse({
      resources: found,
      totalResults: total,
      startIndex: 'startIndex' in paging ? paging.startIndex : undefined,
      itemsPerPage: found.length,
      nextCursor,
    }),
  };
}

/**
 * The resource types that an endpoint queries: the one of this name or, at the root, all of the tenant.
 *
 * Throws ScimError `notFound` if the tenant does not have the type.
 */
function queriedTypes({ types }: Context, name: string | undefined): readonly ResourceType[] {
  const queried = types.filter((type) => name === undefined || type.name === name);
  if (queried.length > 0) return queried;
  throw notFound(`This endpoint has no resource type ${name}: /ResourceTypes lists its types`);
}

/** Reads the parameters of a query from the URL (RFC 7644 3.4.2, RFC 9865 2). */
function urlParameters({ query }: Pick<AdmittedRequest, 'query'>): QueryParameters {
  const text = (name: string) => query.get(name) ?? undefined;
  return {
    attributes: text('attributes'),
    excludedAttributes: text('excludedAttributes'),
    filter: text('filter'),
    sortBy: text('sortBy'),
    sortOrder: text('sortOrder'),
    startIndex: text('startIndex'),
    count: text('count'),
    cursor: text('cursor'),
  };
}

/**
 * Reads the parameters of a query of one or more types.
 *
 * Throws ScimError `invalidFilter`, `invalidValue` or `invalidCount`.
 */
function parseQuery(
  context: Context,
  types: readonly ResourceType[],
  parameters: QueryParameters,
): QueryCommand {
  const { attributes, excludedAttributes, filter, sortBy, sortOrder } = parameters;
  const sorts = sortBy === undefined ? [] : bindSort(sortBy, types);
  const filters = filter === undefined ? [] : readFilters(context, types, filter);
  return {
    portions: types.map((type, index) => ({
      type,
      selection: parseSelection({ attributes, excludedAttributes }, type),
      filter: filters[index],
      sort: sorts[index],
    })),
    descending: parseDescending(sortOrder),
    paging: parseCursorPaging(parameters) ?? parsePaging(parameters),
  };
}

/** Reads the filter for each type and corrects the client's quirks. A quirk is noted once. */
function readFilters(
  { profile, notes }: Context,
  types: readonly ResourceType[],
  text: string,
): readonly Filter[] {
  const read = types.map((type) => readFilter(text, type, profile));
  notes.met(new Set(read.flatMap(({ fired }) => fired)));
  return read.map(({ filter }) => filter);
}
