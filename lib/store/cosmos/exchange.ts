import { AsyncLocalStorage } from 'node:async_hooks';
import { createDefaultHttpClient, type HttpClient, type PipelineResponse } from '@azure/core-rest-pipeline';
import type { AttemptFailure } from '../../base/backoff.ts';
import { StoreError } from '../document-store.ts';

/** What the HTTP requests of one attempt told; the SDK passes little of it on when the attempt fails. */
interface Exchange {
  requestUnits: number;
  /** Documents that queries loaded, whether they matched or not. */
  retrieved: number;
  /** Of the last answer; undefined when the last request had none. */
  status: number | undefined;
  retryAfterMilliseconds: number | undefined;
}

/** What one store operation has cost so far. */
export interface OperationCost {
  examined: number;
  requestUnits: number;
}

/** Why an attempt failed. */
export interface Failure extends AttemptFailure {
  /** Whether the database may have carried the attempt out all the same. */
  readonly isAmbiguous: boolean;
}

const exchanges = new AsyncLocalStorage<Exchange>();

/** The SDK's HTTP client, which also notes every answer in the exchange that it belongs to. */
export function recordingHttpClient(): HttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      // The plan that the SDK asks for beside each query may fail for statements that need none.
      const isPlan = request.headers.has('x-ms-cosmos-is-query-plan-request');
      const exchange = isPlan ? undefined : exchanges.getStore();
      if (exchange) exchange.status = undefined;
      const response = await client.sendRequest(request).catch((thrown: unknown) => {
        throw isBroken(thrown) ? new Error('The connection broke', { cause: thrown }) : thrown;
      });
      if (exchange) note(exchange, response);
      return response;
    },
  };
}

/** The SDK knows such an error by its code, and would wait a second before each of ten repetitions of a read. */
function isBroken(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && ['ECONNRESET', 'EPIPE'].includes(String(thrown.code));
}

/** Runs an attempt, adds what it took to the cost, and yields its result or why it failed. */
export async function recorded<T>(
  cost: OperationCost,
  attempt: () => Promise<T>,
): Promise<{ readonly result: T } | { readonly failure: Failure }> {
  const exchange: Exchange = {
    requestUnits: 0,
    retrieved: 0,
    status: undefined,
    retryAfterMilliseconds: undefined,
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

/** Classifies a status, of a whole answer or of one operation of a batch. */
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
  const error = isTransient || isRefused ? new StoreError('unavailable', { cause }) : cause;
  return { error, isTransient, isAmbiguous: isTransient && status !== 449, retryAfterMilliseconds };
}

/** Timed out, moved away, and to be tried again since another write was in the way. */
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
