import { invalidSyntax, invalidValue } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { member, requireSchema } from './envelope.ts';

/** The URN of a search request: a query by POST (RFC 7644 3.4.3). */
const searchRequestUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The parameters of a query (RFC 7644 3.4.2, RFC 9865 2). Those in a URL are strings. */
export interface QueryParameters {
  readonly attributes?: JsonValue;
  readonly excludedAttributes?: JsonValue;
  readonly filter?: string;
  readonly sortBy?: string;
  readonly sortOrder?: string;
  readonly startIndex?: JsonValue;
  readonly count?: JsonValue;
  /** Empty for the first page. */
  readonly cursor?: string;
}

/**
 * Reads the body of a search request (RFC 7644 3.4.3). The names of members are case-insensitive. Unknown members are
 * ignored. Throws ScimError `invalidSyntax` or `invalidValue`.
 */
export function parseSearchRequest(body: JsonValue): QueryParameters {
  if (!isJsonObject(body)) throw invalidSyntax('The body of a search request must be a JSON object');
  requireSchema(body, { urn: searchRequestUrn, name: 'a search request' });
  return {
    attributes: member(body, 'attributes'),
    excludedAttributes: member(body, 'excludedAttributes'),
    filter: textMember(body, 'filter'),
    sortBy: textMember(body, 'sortBy'),
    sortOrder: textMember(body, 'sortOrder'),
    startIndex: member(body, 'startIndex'),
    count: member(body, 'count'),
    cursor: textMember(body, 'cursor'),
  };
}

function textMember(body: JsonObject, name: string): string | undefined {
  const value = member(body, name) ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalidValue(`The parameter ${name} must be a string`);
}
