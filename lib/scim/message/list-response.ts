import { limits } from '../../limits.ts';
import { ScimError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';

export interface Page {
  readonly resources: readonly JsonObject[];
  /** How many resources match in all. */
  readonly totalResults: number;
  /** The 1-based position of the first resource. */
  readonly startIndex: number;
  /** How many resources this page holds. */
  readonly itemsPerPage: number;
}

/** Wraps a page of resources in a ListResponse (RFC 7644 3.4.2). */
export function listResponse({ resources, totalResults, startIndex, itemsPerPage }: Page): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex,
    itemsPerPage,
    Resources: resources,
  };
}

export interface Paging {
  /** At least 1. */
  readonly startIndex: number;
  /** From 0 to `limits.pageSizeMax`. */
  readonly count: number;
}

/** The parameters as they arrive: text in a URL, numbers in a search request. */
export interface PagingParameters {
  readonly startIndex?: JsonValue | undefined;
  readonly count?: JsonValue | undefined;
}

/**
 * Reads the paging parameters into their bounds (RFC 7644 3.4.2.4); throws invalidValue for what is no
 * number.
 */
export function parsePaging({ startIndex, count }: PagingParameters): Paging {
  return {
    startIndex: Math.max(1, toInteger('startIndex', startIndex) ?? 1),
    count: Math.min(limits.pageSizeMax, Math.max(0, toInteger('count', count) ?? limits.pageSizeDefault)),
  };
}

function toInteger(name: string, value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const written = typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value.trim());
  const number = written ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    throw new ScimError('invalidValue', { detail: `The parameter ${name} must be a whole number` });
  }
  return Math.min(number, Number.MAX_SAFE_INTEGER);
}
