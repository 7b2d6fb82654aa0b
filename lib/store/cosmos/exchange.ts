import { AsyncLocalStorage } from 'node:async_hooks';
import { createDefaultHttpClient, type HttpClient, type PipelineResponse } from '@azure/core-rest-pipeline';
import type { AttemptFailure } from '../../base/backoff.ts';
import { StoreError, type WriteCheck } from '../document-store.ts';

/** The results of an attempt's HTTP requests. The SDK passes on little of them if the attempt fails. */
interface Exchange {
  requestUnits: number;
  /** Number of documents that queries loaded, including those that did not match. */
  retrieved: number;
  /** The status of the last answer; `undefined` if the last request had no answer. */
  status: number | undefined;
  retryAfterMilliseconds: number | undefined;
  /** Called before each request. */
  readonly check: WriteCheck | undefined;
}

/** The cost of one store operation so far. */
export interface OperationCost {
  examined: number;
  requestUnits: number;
}

/** The failure of an attempt. */
export interface Failure extends AttemptFailure {
  /** True if the database may have carried the attempt out nevertheless. */
  readonly isAmbiguous: boolean;
}

const exchanges = new AsyncLocalStorage<Exchange>();

/** The SDK's HTTP client, which also records every answer in its exchange. */
export function recordingHttpClient(): HttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      // The SDK also asks for a plan of each query. That may fail for a statement that does not need a plan.
      const isPlan = request.headers.has('x-ms-cosmos-is-query-plan-request');
      const exchange = isPlan ? undefined : exchanges.getStore();
      if (exchange) exchange.status = undefined;
      exchange?.check?.();
      const response = await client.sendRequest(request).catch((thrown: unknown) => {
        throw isBroken(thrown) ? new Error('The connection broke', { cause: thrown }) : thrown;
      });
      if (exchange) note(exchange, response);
      return response;
    },
  };
}

/**
 * Recognises a broken connection. The SDK would recognise the code of this error too, and repeat a read ten times
 * with a pause of a second.
 */
function isBroken(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && ['ECONNRESET', 'EPIPE'].includes(String(thrown.code));
}

/** Runs an attempt and adds its cost. Yields its result or its failure. */
export async function recorded<T>(
  cost: OperationCost,
  attempt: () => Promise<T>,
  check?: WriteCheck,
): Promise<{ readonly result: T } | { readonly failure: Failure }> {
  const exchange: Exchange = {
    requestUnits: 0,
    retrieved: 0,
    status: undefined,
    retryAfterMilliseconds: undefined,
    check,
  };
  try {
    return { result: await exchanges.run(exchange, attempt) };
  } catch (thrown) {
    return { failure: failureOf(thrown, exchange) };
  } finally {
    cost.requestUnits += exchange.requestUnits;
    cost.examined += exchange.retrieved;
  }
}

/** Converts the status of an answer, or of one operation of a batch, to a failure. */
export function failureOf(
  cause: unknown,
  { status, retryAfterMilliseconds }: Pick<Exchange, 'status' | 'retryAfterMilliseconds'>,
): Failure {
  if (status === 429) {
    const retryAfterSeconds = Math.max(1, Math.ceil((retryAfterMilliseconds ?? 0) / 1_000));
    const error = new StoreError('throttled', { retryAfterSeconds, cause });
    return { error, isTransient: true, isAmbiguous: false, retryAfterMilliseconds };
  }
  const isTransient = status === undefined || status >= 500 || transientStatuses.includes(status);
  const isRefused = status === 401 || status === 403;
  const isKnown = isTransient || isRefused || status === 413;
  const error = isKnown ? new StoreError(status === 413 ? 'tooLarge' : 'unavailable', { cause }) : cause;
  return { error, isTransient, isAmbiguous: isTransient && status !== 449, retryAfterMilliseconds };
}

/** 408 is a timeout, 410 a partition that moved, and 449 a conflict with a concurrent write. */
const transientStatuses: readonly number[] = [408, 410, 449];

function note(exchange: Exchange, { status, headers }: PipelineResponse): void {
  exchange.status = status;
  exchange.requestUnits += numberIn(headers.get('x-ms-request-charge'));
  const retryAfter = headers.get('x-ms-retry-after-ms');
  exchange.retryAfterMilliseconds = retryAfter === undefined ? undefined : numberIn(retryAfter);
  const metrics = headers.get('x-ms-documentdb-query-metrics');
  exchange.retrieved += numberIn(metrics?.match(/retrievedDocumentCount=(\d+)/)?.[1]);
}

function numberIn(text: string | undefined): number {
  const number = Number(text ?? 0);
  return Number.isFinite(number) ? number : 0;
}
