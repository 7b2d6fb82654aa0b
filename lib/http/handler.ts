import type { HttpRequest, InvocationContext } from '@azure/functions';

/** A request as a function receives it. */
export interface IncomingRequest extends Pick<HttpRequest, 'method' | 'url' | 'headers' | 'params'> {
  /** Null if the method has none. */
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** The facts of an invocation that handlers use. */
export type Invocation = Pick<InvocationContext, 'invocationId' | 'functionName' | 'traceContext'>;

/** An answer as the function app sends it. A stream yields UTF-8. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array>;
}

/** Answers a request; never rejects, except for a defect. */
export type Handler = (request: IncomingRequest, invocation: Invocation) => Promise<Answer>;
