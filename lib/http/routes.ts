import type { HttpMethod } from '@azure/functions';
import { notFound, ScimError } from '../scim/errors.ts';
import { type Head, isVersion } from './head.ts';
import type { Operation } from './operation.ts';

/** The place of a function: some methods at a path below the endpoint. */
export interface Place {
  /** The function's name; the host tries functions in the order of their names. */
  readonly name: string;
  readonly methods: readonly HttpMethod[];
  /** Such as `Users/{id}`; empty for the root. */
  readonly template: string;
}

/** One row of a route table: a place and the operation there. */
export interface Route<Context> extends Place {
  readonly operation: Operation<Context>;
}

/** The operation for a request, and the values of the placeholders in its path. */
export interface Match<Context> {
  readonly operation: Operation<Context>;
  readonly params: Readonly<Record<string, string>>;
}

/** The values of a template's placeholders by name; `undefined` if the path does not match the template. */
function matchTemplate(
  template: string,
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const steps = template === '' ? [] : template.split('/');
  if (steps.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, step] of steps.entries()) {
    const segment = segments[index] ?? '';
    const placeholder = /^\{(\w+)\}$/.exec(step)?.[1];
    if (placeholder === undefined ? step !== segment : segment === '') return undefined;
    if (placeholder !== undefined) params[placeholder] = segment;
  }
  return params;
}

/**
 * Finds the operation for a request. For an unknown path, method or protocol version it is one that answers
 * with a SCIM error (RFC 7644 3.12 and 3.13).
 */
export function findOperation<Context>(routes: readonly Route<Context>[], head: Head): Match<Context> {
  const allowed = new Set<string>();
  for (const { template, methods, operation } of routes) {
    const params = matchTemplate(template, head.segments);
    if (!params) continue;
    if ((methods as readonly string[]).includes(head.method)) return { operation, params };
    for (const method of methods) allowed.add(method);
  }
  return { operation: refusal(reasonOf(head, [...allowed])), params: {} };
}

/** Finds the operation of one row. The host has matched its route already, but without regard to case. */
export function only<Context>(row: Route<Context>): (head: Head) => Match<Context> {
  return (head) => {
    const params = matchTemplate(row.template, head.segments);
    return params ? { operation: row.operation, params } : findOperation<Context>([], head);
  };
}

/** The row of the function with this name. Throws an Error if there is none, which is a defect. */
export function rowNamed<Context>(name: string, routes: readonly Route<Context>[]): Route<Context> {
  const row = routes.find((one) => one.name === name);
  if (!row) throw new Error(`No route belongs to the function ${name}`);
  return row;
}

function reasonOf({ segments, endpointPath }: Head, allowed: readonly string[]): ScimError {
  const [first = ''] = segments;
  if (isVersion(first)) {
    const detail = `The protocol version ${first} is not supported: use v2`;
    return new ScimError('invalidVers', { detail });
  }
  if (allowed.length === 0) {
    const below = endpointPath === undefined ? '' : ` below ${endpointPath}`;
    return notFound(
      `Nothing answers at this path${below}: check the address, with capital letters as in /Users, and the method`,
    );
  }
  return new ScimError('methodNotAllowed', {
    detail: `This endpoint supports ${allowed.join(', ')}`,
    headers: { Allow: allowed.join(', ') },
  });
}

/** Makes an operation that throws the error after the client is authenticated. */
function refusal(error: ScimError): Operation<unknown> {
  return {
    readsBody: false,
    parse: () => {
      throw error;
    },
    run: () => Promise.reject(error),
    respond: () => ({ status: error.status }),
  };
}
