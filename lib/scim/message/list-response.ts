import { limits } from '../../base/limits.ts';
import { ScimError } from '../errors.ts';
import { type JsonObject, type JsonValue, jsonObject } from '../json.ts';
import type { QueryParameters } from './search-request.ts';

/** What a ListResponse tells (RFC 7644 3.4.2). */
interface ListPage {
  readonly resources: readonly JsonObject[];
  /** How many resources match in all. */
  readonly totalResults: number;
  /** The 1-based position of the first resource; absent in a walk by cursors. */
  readonly startIndex?: number;
  /** How many resources this page holds. */
  readonly itemsPerPage: number;
  /** Leads to the next page of a walk by cursors (RFC 9865 2); absent on its last page. */
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

/** Which page is asked for by index (RFC 7644 3.4.2.4). */
export interface Paging {
  /** From 1 to `limits.startIndexMax`. */
  readonly startIndex: number;
  /** From 0 to `limits.pageSizeMax`. */
  readonly count: number;
}

/**
 * Reads the paging parameters into their bounds (RFC 7644 3.4.2.4); throws invalidValue for what is no
 * number.
 */
export function parsePaging({ startIndex, count }: QueryParameters): Paging {
  return {
    startIndex: Math.min(limits.startIndexMax, Math.max(1, toInteger('startIndex', startIndex) ?? 1)),
    count: toCount(toInteger('count', count)),
  };
}

/** Which page is asked for by cursor (RFC 9865 2). */
export interface CursorPaging {
  /** Empty for the first page. */
  readonly cursor: string;
  /** From 0 to `limits.pageSizeMax`. */
  readonly count: number;
}

/**
 * Reads the parameters of a walk by cursors (RFC 9865 2), or `undefined` when they ask for none. Throws invalidValue
 * when a position is given too, and invalidCount for what is no number.
 */
export function parseCursorPaging({ cursor, startIndex, count }: QueryParameters): CursorPaging | undefined {
  if (cursor === undefined) return undefined;
  if (startIndex !== undefined && startIndex !== null) {
    throw new ScimError('invalidValue', {
      detail: 'The parameters cursor and startIndex exclude each other: send one of them',
    });
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
