import type {
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
  SendRequest,
} from '@azure/core-rest-pipeline';
import { type AttemptFailure, Backoff } from '../base/backoff.ts';
import { limits } from '../base/limits.ts';
import { StoreError } from '../store/document-store.ts';

const bounds = {
  triesMax: limits.vaultTriesMax,
  waitMillisecondsMax: limits.vaultWaitMillisecondsMax,
};

/**
 * Repeats requests to Key Vault within the bounds of `limits`. It replaces the SDK's own retries, which wait
 * as long as Retry-After says. Rejects with StoreError `throttled` or `unavailable`; passes on every other
 * answer.
 */
export const patientPolicy: PipelinePolicy = {
  name: 'patientPolicy',
  async sendRequest(request, next) {
    const { body } = request;
    const backoff = new Backoff(bounds);
    for (;;) {
      if (body !== undefined) request.body = body;
      const outcome = await attempt(request, next);
      if (!('status' in outcome)) await backoff.wait(outcome);
      // The SDK holds a body back until the challenge, and loses it if another request is challenged first.
      else if (body === undefined || request.body === body) return outcome;
    }
  },
};

/** Sends the request once; token, challenge and answer share one time limit. */
async function attempt(
  request: PipelineRequest,
  next: SendRequest,
): Promise<PipelineResponse | AttemptFailure> {
  const milliseconds = limits.vaultAttemptMillisecondsMax;
  // Limits one exchange. Aborting all would abort the token too, which the next attempt may still await.
  request.timeout = milliseconds;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer in ${milliseconds} ms`)), milliseconds);
  });
  try {
    const response = await Promise.race([next(request), late]);
    return failureIn(response) ?? response;
  } catch (cause) {
    const error = new StoreError('unavailable', { cause });
    return { error, isTransient: true, retryAfterMilliseconds: undefined };
  } finally {
    clearTimeout(timer);
  }
}

function failureIn({ status, headers }: PipelineResponse): AttemptFailure | undefined {
  if (status !== 408 && status !== 429 && status < 500) return undefined;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
  const cause = new Error(`Key Vault answers ${status}`);
  const error = new StoreError(status === 429 ? 'throttled' : 'unavailable', {
    cause,
    retryAfterSeconds,
  });
  const retryAfterMilliseconds = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
  return { error, isTransient: true, retryAfterMilliseconds };
}
