import type { InvocationContext } from '@azure/functions';
import type { Head } from './head.ts';

/** The ids of a request: ours, the client's, and that of its trace. */
export interface RequestIds {
  /** Ours: the id of the function invocation. */
  readonly requestId: string;
  /** The client's: a UUID in lower case. */
  readonly clientRequestId?: string;
  /** 32 hexadecimal digits. */
  readonly traceId?: string;
}

/** Headers in which clients and gateways send the id of a request. The first one with a UUID counts. */
const clientHeaders = ['client-request-id', 'x-ms-client-request-id', 'x-ms-correlation-id', 'x-request-id'];

const uuidForm = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i;
const traceParentForm = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

/**
 * Reads the ids of a request. A client's header counts only if it is a UUID or a `traceparent` (W3C Trace
 * Context 3.2.2), so that no other text gets into the log. The host's trace comes first, because it continues
 * the client's.
 */
export function readRequestIds(
  header: Head['header'],
  { invocationId, traceContext }: Pick<InvocationContext, 'invocationId' | 'traceContext'>,
): RequestIds {
  const clientRequestId = clientHeaders.map(header).find((value) => uuidForm.test(value ?? ''));
  const traceId = [traceContext?.traceParent, header('traceparent')]
    .map((value) => traceParentForm.exec(value ?? '')?.[1])
    .find((id) => id !== undefined);
  return { requestId: invocationId, clientRequestId: clientRequestId?.toLowerCase(), traceId };
}
