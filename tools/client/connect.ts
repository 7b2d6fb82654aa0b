import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from './json.ts';
import type { Recorder } from './recorder.ts';

export interface ScimRequest {
  /** The row of the report in which the request is counted. */
  readonly kind: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the tenant URL. */
  readonly path: string;
  readonly body?: JsonObject;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  readonly text: string;
  /** The parsed body; undefined if it is empty or not JSON. */
  readonly body: Json | undefined;
  /** True after an answer with `Retry-After`, once that time is over; the request may have taken effect. */
  readonly isUnsettled: boolean;
}

/** An endpoint that cannot be reached or does not answer in time. */
export class EndpointUnreachable extends Error {
  override readonly name = 'EndpointUnreachable';
}

export interface Endpoint {
  readonly tenantUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
  readonly userAgent?: string | undefined;
}

export type Send = (request: ScimRequest) => Promise<Answer>;

const retryAfterSecondsMax = 60;

/** Connects to an endpoint: sends requests with the token, measures them, and waits as `Retry-After` says. */
export function connect(endpoint: Endpoint, recorder: Recorder): Send {
  return async (request) => {
    const started = performance.now();
    const { response, text } = await exchange(endpoint, request);
    recorder.latency(request.kind, performance.now() - started);
    const seconds = secondsToWait(response);
    if (seconds === undefined) return answer(response, text, false);
    recorder.unsettled(request.kind);
    await sleep(seconds * 1_000);
    return answer(response, text, true);
  };
}

async function exchange(
  endpoint: Endpoint,
  request: ScimRequest,
): Promise<{ response: Response; text: string }> {
  const { body } = request;
  try {
    const response = await fetch(endpoint.tenantUrl + request.path, {
      method: request.method,
      headers: {
        authorization: `Bearer ${endpoint.token}`,
        accept: 'application/scim+json',
        ...(endpoint.userAgent !== undefined && { 'user-agent': endpoint.userAgent }),
        ...(body ? { 'content-type': 'application/scim+json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      redirect: 'manual',
      signal: AbortSignal.timeout(endpoint.timeoutMs),
    });
    return { response, text: await response.text() };
  } catch (error) {
    throw new EndpointUnreachable(explain(endpoint, request, error), { cause: error });
  }
}

function explain(endpoint: Endpoint, request: ScimRequest, error: unknown): string {
  const where = `${request.method} ${request.path.split('?')[0]} at ${endpoint.tenantUrl}`;
  if (error instanceof Error && error.name === 'TimeoutError') {
    const seconds = endpoint.timeoutMs / 1_000;
    return `No answer within ${seconds} s to ${where}: the endpoint is too slow or does not respond.`;
  }
  const code = errorCode(error);
  if (code === 'ECONNREFUSED') return `Nothing listens at ${endpoint.tenantUrl}: start the endpoint first.`;
  return `Cannot reach the endpoint for ${where}: ${code}.`;
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return errorCode(error.cause);
  return 'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : error.message;
}

/** Returns the seconds to wait; undefined for 503 without `Retry-After`, since that service is broken, not busy. */
function secondsToWait({ status, headers }: Response): number | undefined {
  const retryAfter = headers.get('retry-after') ?? (status === 429 ? '1' : undefined);
  if ((status !== 429 && status !== 503) || retryAfter === undefined) return undefined;
  const seconds = Number(retryAfter);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), retryAfterSecondsMax) : 1;
}

function answer(response: Response, text: string, isUnsettled: boolean): Answer {
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    location: response.headers.get('location') ?? undefined,
    text,
    body: parse(text),
    isUnsettled,
  };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
