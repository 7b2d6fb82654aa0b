import type { Context } from '../../provisioning/context.ts';
import { type QueryCommand, type QueryOutcome, queryResources } from '../../provisioning/query.ts';
import { listResponse } from '../../scim/message/list-response.ts';
import { parseSearchRequest } from '../../scim/message/search-request.ts';
import { project } from '../../scim/project.ts';
import type { Operation, ScimResponse } from '../operation.ts';
import { parseQuery, queriedTypes, urlParameters } from './parse-query.ts';

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
      resources: found.map(({ resource, view }) => project(resource, view.type, view.selection)),
      totalResults: total,
      startIndex: 'startIndex' in paging ? paging.startIndex : undefined,
      itemsPerPage: found.length,
      nextCursor,
    }),
  };
}
