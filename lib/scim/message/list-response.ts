import { limits } from '../../base/limits.ts';
import { invalidValue, ScimError } from '../errors.ts';
import { type JsonObject, type JsonValue, jsonObject } from '../json.ts';
import type { QueryParameters } from './search-request.ts';

/** One page of the results of a query (RFC 7644 3.4.2). */
interface ListPage {
  readonly resources: readonly JsonObject[];
  /** The number of resources on all pages. */
  readonly totalResults: number;
  /** The position of the first resource, from 1. Absent when the client pages by cursor. */
  readonly startIndex?: number;
  /** The number of resources on this page. */
  readonly itemsPerPage: number;
  /** The cursor of the next page (RFC 9865 2). Absent on the last page. */
  readonly nextCursor?: string;
}

/** Wraps a page of resources in a ListResponse (RFC 7644 3.4.2). */
export function listResponse(page: ListPage): JsonObject {
  return jsonObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: page.totalResults,
    startIndex: page.startIndex,
    itemsPerPage: page.itemsPerPage,
    nextCursor: page.nextCursor,
    Resources: page.resources,
  });
}

/** The parameters of a page by index (RFC 7644 3.4.2.4). */
export interface Paging {
  /** From 1 to `limits.startIndexMax`. */
  readonly startIndex: number;
  /** From 0 to `limits.pageSizeMax`. */
  readonly count: number;
}

/**
 * Reads the parameters of a page by index and limits them to their bounds (RFC 7644 3.4.2.4). Throws ScimError
 * `invalidValue` for a value that is not a whole number.
 */
export function parsePaging({ startIndex, count }: QueryParameters): Paging {
  return {
    startIndex: Math.min(limits.startIndexMax, Math.max(1, toInteger('startIndex', startIndex) ?? 1)),
    count: toCount(toInteger('count', count)),
  };
}

/** The parameters of a page by cursor (RFC 9865 2). */
export interface CursorPaging {
  /** Empty for the first page. */
  readonly cursor: string;
  /** From 0 to `limits.pageSizeMax`. */
  readonly count: number;
}

/**
 * Reads the parameters of a page by cursor (RFC 9865 2). Returns `undefined` if there is no `cursor`. Throws ScimError
 * `invalidValue` if there is a `startIndex` too, and `invalidCount` for a count that is not a whole number.
 */
export function parseCursorPaging({ cursor, startIndex, count }: QueryParameters): CursorPaging | undefined {
  if (cursor === undefined) return undefined;
  if (startIndex !== undefined && startIndex !== null) {
    throw invalidValue('The parameters cursor and startIndex cannot be used together: send one of them');
  }
  return { cursor, count: toCount(toInteger('count', count, 'invalidCount')) };
}

function toCount(count: number | undefined): number {
  return Math.min(limits.pageSizeMax, Math.max(0, count ?? limits.pageSizeDefault));
}

function toInteger(
  name: string,
  value: JsonValue | undefined,
  code: 'invalidValue' | 'invalidCount' = 'invalidValue',
): number | undefined {
  if (value === undefined || value === null) return undefined;
  const written = typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value.trim());
  const number = written ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    throw new ScimError(code, { detail: `The parameter ${name} must be a whole number` });
  }
  return number;
}
