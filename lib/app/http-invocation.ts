import type { IncomingMessage } from 'node:http';
import type { HttpRequest, TraceContext } from '@azure/functions';
import type { Answer, Handler, IncomingRequest, Invocation } from '../http/handler.ts';
import { errorResponse, toHttpResponse } from '../http/respond.ts';
import { ScimError } from '../scim/errors.ts';
import type { Arrival, Arrivals } from './arrivals.ts';
import { sendAnswer } from './send-answer.ts';

interface TriggerValue {
  readonly string?: string | null;
  readonly json?: string | null;
}

/** The invocation that the worker got from the host. */
export interface CoreInvocation {
  readonly invocationId: string;
  readonly metadata: {
    readonly name: string;
    readonly bindings: Readonly<Record<string, { readonly type: string }>>;
  };
  readonly request: {
    /** The parameters of the route, and in `Headers` those of the client, which may differ from the second half's. */
    readonly triggerMetadata?: Readonly<Record<string, TriggerValue>> | null;
    readonly traceContext?: { readonly traceParent?: string | null } | null;
  };
}

/**
 * The steps of one invocation of an HTTP function, as the worker calls them. They do what those of `@azure/functions`
 * do, but they end if the HTTP request is lost. They answer the request also if the function throws an error.
 */
export class HttpInvocation {
  readonly #core: CoreInvocation;
  readonly #arrivals: Arrivals;
  #arrival: Arrival | undefined;

  constructor(core: CoreInvocation, arrivals: Arrivals) {
    this.#core = core;
    this.#arrivals = arrivals;
  }

  /** Waits for the HTTP request. `inputs` is empty if it cannot be read. */
  async getArguments(): Promise<{ context: Invocation; inputs: readonly IncomingRequest[] }> {
    const { invocationId, metadata, request } = this.#core;
    this.#arrival = await this.#arrivals.expect(invocationId);
    if (!this.#arrival) throw new Error('The HTTP half of the request did not arrive');
    const traceParent = request.traceContext?.traceParent ?? undefined;
    const traceContext: TraceContext = { traceParent };
    const context = { invocationId, functionName: metadata.name, traceContext };
    return { context, inputs: readRequest(this.#arrival.request, this.#core) };
  }

  async invokeFunction(
    context: Invocation,
    [request]: readonly IncomingRequest[],
    handler: Handler,
  ): Promise<Answer> {
    if (!request) return unreadable();
    try {
      return await handler(request, context);
    } catch (error) {
      // The host waits for the answer to the HTTP request, even if the invocation has failed.
      await this.#answer(failed('internal'));
      throw error;
    }
  }

  /** Sends the answer. The host gets nothing else of it. */
  async getResponse(_: Invocation, answer: Answer): Promise<{ invocationId: string; outputData: [] }> {
    await this.#answer(answer);
    return { invocationId: this.#core.invocationId, outputData: [] };
  }

  async #answer(answer: Answer): Promise<void> {
    if (this.#arrival) await sendAnswer(this.#arrival.response, this.#core.invocationId, answer);
  }
}

/** Tests if an invocation is one of an HTTP function. */
export function isHttp({ metadata }: CoreInvocation): boolean {
  return Object.values(metadata.bindings).some(({ type }) => type.toLowerCase() === 'httptrigger');
}

/** Reads a request without its body. Yields none if its URL or headers are not valid. */
function readRequest(
  request: IncomingMessage,
  { request: { triggerMetadata } }: CoreInvocation,
): readonly IncomingRequest[] {
  const { Headers: sent, ...params } = triggerMetadata ?? {};
  const { 'x-forwarded-host': host, 'x-forwarded-proto': protocol } = request.headers;
  const { method = 'GET' } = request;
  try {
    const url = new URL(`${protocol}://${host}${request.url}`).href;
    const headers = new Headers(JSON.parse(sent?.json ?? '{}')) as HttpRequest['headers'];
    const body = ['GET', 'HEAD'].includes(method) ? null : request;
    return [{ method, url, headers, params: textsOf(params), body }];
  } catch {
    return [];
  }
}

function textsOf(values: Readonly<Record<string, TriggerValue>>): Record<string, string> {
  const texts = Object.entries(values).map(([name, { string }]) => [name, string]);
  return Object.fromEntries(texts.filter(([, text]) => typeof text === 'string'));
}

/** The answer to a request whose head is not valid. */
export function unreadable(): Answer {
  const detail =
    'The request cannot be read: send one valid Host header and at most one x-ms-invocation-id, and remove the ' +
    'characters from the headers that HTTP does not allow';
  return failed('invalidSyntax', detail);
}

/** The answer to a request that no function answers. */
export function failed(code: 'invalidSyntax' | 'internal' | 'unavailable', detail?: string): Answer {
  return toHttpResponse(errorResponse(new ScimError(code, { detail })), { method: 'GET' });
}
