import { readFilter } from '../scim/client-quirks.ts';
import type { Filter } from '../scim/filter/ast.ts';
import { type Paging, parsePaging } from '../scim/message/list-response.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { AdmittedRequest } from './operation.ts';

/** Reads filter and paging from a URL's query (RFC 7644 3.4.2); throws ScimError `invalidFilter` or `invalidValue`. */
export function parseQuery(request: AdmittedRequest, type: ResourceType): Paging & { filter?: Filter } {
  const { query } = request;
  const text = query.get('filter');
  return {
    ...parsePaging({
      startIndex: query.get('startIndex') ?? undefined,
      count: query.get('count') ?? undefined,
    }),
    ...(text !== null && { filter: filterOf(request, type, text) }),
  };
}

function filterOf(request: AdmittedRequest, type: ResourceType, text: string): Filter {
  const { filter, fired } = readFilter(text, type, request.profile);
  request.note(fired);
  return filter;
}
