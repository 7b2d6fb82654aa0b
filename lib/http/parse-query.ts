import { acceptsBareWords, normaliseFilter } from '../scim/client-quirks.ts';
import type { Filter } from '../scim/filter/ast.ts';
import { parseFilter } from '../scim/filter/parser.ts';
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
    ...(text !== null && { filter: readFilter(request, type, text) }),
  };
}

function readFilter(request: AdmittedRequest, type: ResourceType, text: string): Filter {
  const parsed = parseFilter(text, { bareWords: acceptsBareWords(request.profile) });
  const { filter, fired } = normaliseFilter(parsed, type, request.profile);
  request.note(fired);
  return filter;
}
