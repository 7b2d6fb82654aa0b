import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';
import { limits } from '../../base/limits.ts';
import { recordingHttpClient } from './exchange.ts';

/** The address of an account, and its key or the credential of this program. */
export interface AccountAccess {
  readonly endpoint: string;
  readonly auth:
    | { readonly key: string }
    | { readonly credential: NonNullable<CosmosClientOptions['aadCredentials']> };
  /** Time for one attempt of an operation; `limits.storeAttemptMillisecondsMax` by default. */
  readonly attemptMilliseconds?: number;
}

/** Makes the client of an account. It connects when first used. */
export function connect({
  endpoint,
  auth,
  attemptMilliseconds = limits.storeAttemptMillisecondsMax,
}: AccountAccess): CosmosClient {
  return new CosmosClient({
    endpoint,
    key: 'key' in auth ? auth.key : undefined,
    aadCredentials: 'key' in auth ? undefined : auth.credential,
    httpClient: recordingHttpClient(),
    connectionPolicy: {
      requestTimeout: attemptMilliseconds,
      // Muster repeats attempts itself, because the SDK does not know which of them may be repeated.
      retryOptions: {
        maxRetryAttemptCount: 0,
        fixedRetryIntervalInMilliseconds: 0,
        maxWaitTimeInSeconds: 0,
      },
    },
  });
}
