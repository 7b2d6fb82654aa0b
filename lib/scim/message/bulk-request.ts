import { limits } from '../../base/limits.ts';
import { invalidSyntax, ScimError } from '../errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { member, requireSchema } from './envelope.ts';

/** The URN of the bulk request (RFC 7644 3.7). */
export const bulkRequestUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

const bulkMethods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** The method of an operation (RFC 7644 3.7). */
export type BulkMethod = (typeof bulkMethods)[number];

/** One operation of a bulk request (RFC 7644 3.7). */
export interface BulkOperation {
  readonly method: BulkMethod;
  /** The segments of the path, such as `Users` and an id. The id may be a reference. */
  readonly path: readonly string[];
  /** Always present with `POST`. */
  readonly bulkId?: string;
  /** The entity tag that the resource must have. */
  readonly version?: string;
  /** Can be `null` only with `DELETE`. */
  readonly data: JsonValue;
}

/** A malformed operation. The other operations of the request can still be carried out. */
export interface FaultyBulkOperation {
  readonly method?: string;
  readonly bulkId?: string;
  readonly fault: ScimError;
}

/** A bulk request with its operations in order (RFC 7644 3.7). */
interface BulkRequest {
  /** The number of failures after which no more operations are started. Without it, all are carried out. */
  readonly failOnErrors?: number;
  readonly operations: readonly (BulkOperation | FaultyBulkOperation)[];
}

/**
 * Reads the body of a bulk request (RFC 7644 3.7). A malformed operation is returned with its fault. Throws ScimError
 * `invalidSyntax` if the request itself is malformed, an operation is not an object, or two operations create the same
 * bulkId. Throws `payloadTooLarge` for too many operations.
 */
export function parseBulkRequest(body: JsonValue): BulkRequest {
  if (!isJsonObject(body)) throw invalidSyntax('The body of a bulk request must be a JSON object');
  requireSchema(body, { urn: bulkRequestUrn, name: 'a bulk request' });

  const operations = member(body, 'Operations');
  if (!isJsonArray(operations) || operations.length === 0) {
    throw invalidSyntax('A bulk request needs an array "Operations" with at least one operation');
  }
  requireNumber(operations.length);
  const failOnErrors = parseFailOnErrors(member(body, 'failOnErrors'));
  const parsed = operations.map(parseOperation);
  requireDistinct(parsed);
  return { operations: parsed, failOnErrors };
}

function requireNumber(operations: number): void {
  const max = limits.bulkOperationsMax;
  if (operations <= max) return;
  throw new ScimError('payloadTooLarge', {
    detail: `A bulk request with ${operations} operations exceeds maxOperations (${max}): split it`,
  });
}

function parseFailOnErrors(value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw invalidSyntax('"failOnErrors" must be a whole number of at least 1');
}

function parseOperation(operation: JsonValue, index: number): BulkOperation | FaultyBulkOperation {
  if (!isJsonObject(operation)) throw invalidSyntax(`Operation ${index + 1} must be a JSON object`);
  try {
    return readOperation(operation);
  } catch (thrown) {
    if (!(thrown instanceof ScimError)) throw thrown;
    return { method: textOf(operation, 'method'), bulkId: textOf(operation, 'bulkId'), fault: thrown };
  }
}

function readOperation(operation: JsonObject): BulkOperation {
  const method = parseMethod(member(operation, 'method'));
  const path = parsePath(member(operation, 'path'));
  const bulkId = parseText('bulkId', member(operation, 'bulkId'));
  const version = parseText('version', member(operation, 'version'));
  const data = member(operation, 'data') ?? null;

  if (method === 'POST' && bulkId === undefined) throw invalidSyntax('A POST needs a "bulkId"');
  if (method !== 'DELETE' && data === null) throw invalidSyntax(`A ${method} needs "data"`);
  return { method, path, bulkId, version, data };
}

function parseMethod(value: JsonValue | undefined): BulkMethod {
  const written = typeof value === 'string' ? value.toUpperCase() : undefined;
  const method = bulkMethods.find((one) => one === written);
  if (method) return method;
  throw invalidSyntax('"method" must be POST, PUT, PATCH or DELETE');
}

function parsePath(value: JsonValue | undefined): readonly string[] {
  // Doubled slashes and one at the end mean nothing, as in the path of a single request.
  if (typeof value === 'string' && value.startsWith('/')) return value.split('/').filter((one) => one !== '');
  throw invalidSyntax('"path" must begin with a slash, such as "/Users" or "/Users/<id>"');
}

function parseText(name: string, value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw invalidSyntax(`"${name}" must be a string that is not empty`);
}

/** Reads a member of a malformed operation that its response repeats. */
function textOf(operation: JsonObject, name: 'method' | 'bulkId'): string | undefined {
  const key = Object.keys(operation).find((one) => one.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? undefined : operation[key];
  return typeof value === 'string' ? value : undefined;
}

/** Throws ScimError `invalidSyntax` for two creations with one bulkId, because references to it are ambiguous. */
function requireDistinct(operations: BulkRequest['operations']): void {
  const places = new Map<string, number>();
  for (const [index, { method, bulkId }] of operations.entries()) {
    if (method?.toUpperCase() !== 'POST' || bulkId === undefined) continue;
    const first = places.get(bulkId);
    if (first !== undefined) {
      throw invalidSyntax(`Operation ${index + 1} has the bulkId of operation ${first}: send another bulkId`);
    }
    places.set(bulkId, index + 1);
  }
}
