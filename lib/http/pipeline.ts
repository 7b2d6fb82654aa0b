import type { Clock } from '../base/clock.ts';
import { isFailure, ScimError } from '../scim/errors.ts';
import type { JsonValue } from '../scim/json.ts';
import { RequestNotes } from '../scim/request-notes.ts';
import { readBody } from './body.ts';
import type { Answer, Handler, Invocation } from './handler.ts';
import { type Head, readHead } from './head.ts';
import { chooseMediaType, type MediaType } from './negotiate.ts';
import type { Operation, ScimResponse } from './operation.ts';
import { createCost, type RequestCost } from './request-cost.ts';
import type { RequestLine } from './request-line.ts';
import { describeRequest } from './request-text.ts';
import { errorResponse, toHttpResponse, toScimError } from './respond.ts';
import type { Match } from './routes.ts';

/** A request from its head to its answer. */
export interface Exchange {
  readonly functionName: string;
  /** Milliseconds since 1970, by the clock of the pipeline. */
  readonly started: number;
  readonly head: Head;
  readonly ids: RequestIds;
  /** The media type of the response; `undefined` if the client accepts none of ours. */
  readonly mediaType: MediaType | undefined;
  readonly notes: RequestNotes;
  readonly cost: RequestCost;
}

/** An authenticated client, and the context of its operations. */
export interface Admission<Context> {
  readonly context: Context;
  readonly scopes: readonly string[];
  readonly tenant?: string;
  readonly credential?: string;
  /** Completes the operation's work before the answer is sent, also after a failure. Never rejects. */
  readonly finish?: () => Promise<void>;
}

/** A request with its response. `admission` is `undefined` if the client was not authenticated. */
export interface Outcome<Context> extends Exchange {
  readonly admission: Admission<Context> | undefined;
  /** Null if it was not read. */
  readonly body: JsonValue;
  readonly response: ScimResponse;
}

/** The parts that all requests of one API share. */
interface PipelineParts<Context> {
  readonly endpointPaths: readonly string[];
  /** Throws ScimError `unauthenticated`. */
  readonly authenticate: (exchange: Exchange) => Promise<Admission<Context>>;
  /** Waits for the turn of a tenant, and yields the function that ends it. Throws ScimError `tooManyRequests`. */
  readonly takeTurn?: (tenant: string) => Promise<() => void>;
  /** Writes the outcome to the audit trail before the answer is sent. Never rejects. */
  readonly audit?: (outcome: Outcome<Context>) => Promise<void>;
  /** Logs the request. `told` makes the text for a terminal. */
  readonly log: (line: RequestLine, told: () => string) => void;
  /** Milliseconds, for durations. */
  readonly now: Clock;
  /** Adds the header `x-muster-cost` to responses. */
  readonly showCost: boolean;
}

/** Makes handlers: head, authenticate, turn, body, parse, run, respond. An error of a step is answered too. */
export function createPipeline<Context>(parts: PipelineParts<Context>) {
  return (find: (head: Head) => Match<Context>): Handler =>
    async function answer(request, invocation) {
      const started = parts.now();
      const head = readHead(request, parts.endpointPaths);
      const exchange = openExchange(head, invocation, started);
      let admission: Admission<Context> | undefined;
      let body: JsonValue = null;
      let response: ScimResponse | undefined;
      let endTurn: (() => void) | undefined;
      try {
        const { operation, params } = find(head);
        response = await answerToAnyone(operation, exchange);
        if (!response) {
          admission = await parts.authenticate(exchange);
          requireScope(operation, admission);
          if (admission.tenant !== undefined) endTurn = await parts.takeTurn?.(admission.tenant);
          if (!exchange.mediaType) throw new ScimError('notAcceptable');
          if (operation.readsBody) body = await readBody(request, exchange.notes, operation.bodyBound);
          const admitted = { params, query: head.query, header: head.header, body };
          const command = operation.parse(admitted, admission.context);
          const outcome = await operation.run(admission.context, command);
          response = operation.respond(outcome, command);
        }
      } catch (thrown) {
        const error = toScimError(thrown, exchange.ids.requestId);
        exchange.notes.failed(error);
        response = errorResponse(error);
      }
      await admission?.finish?.();
      const answered = { ...exchange, admission, body, response };
      await parts.audit?.(answered);
      endTurn?.();
      const line = requestLine(answered, parts.now());
      parts.log(line, () => describeRequest({ ...line, head, body, detail: exchange.notes.error?.message }));
      return toHost(answered, parts.showCost);
    };
}

function openExchange(head: Head, invocation: Invocation, started: number): Exchange {
  return {
    functionName: invocation.functionName,
    started,
    head,
    ids: readRequestIds(head.header, invocation),
    mediaType: chooseMediaType(head.header('accept')),
    notes: new RequestNotes(),
    cost: createCost(),
  };
}

/** The public answer of an operation to a request without a credential, if it has one. */
function answerToAnyone(
  { forAnyone }: Operation<never>,
  { head, mediaType }: Exchange,
): ReturnType<NonNullable<Operation<never>['forAnyone']>> | undefined {
  const isAnonymous = head.header('authorization') === undefined;
  return isAnonymous && mediaType && head.endpointPath !== undefined
    ? forAnyone?.(head.endpointPath)
    : undefined;
}

function requireScope({ scope }: Operation<never>, { scopes }: Admission<unknown>): void {
  if (scope !== undefined && !scopes.includes(scope)) throw new ScimError('forbidden');
}

function requestLine(outcome: Outcome<unknown>, ended: number): RequestLine {
  const { head, ids, notes, cost, admission, response } = outcome;
  // A bulk request is answered 200 although one of its operations failed inside the service provider.
  const error = notes.error ?? notes.refusals.find((refusal) => isFailure(refusal.error.status))?.error;
  return {
    event: 'request',
    function: outcome.functionName,
    method: head.method,
    status: response.status,
    milliseconds: ended - outcome.started,
    ...ids,
    tenant: admission?.tenant,
    credential: admission?.credential,
    error: error?.code,
    cause: error && isFailure(error.status) ? error.cause : undefined,
    quirks: notes.quirks,
    ...cost.totals(),
  };
}

function toHost({ head, ids, mediaType, cost, response }: Outcome<unknown>, showCost: boolean): Answer {
  const headers: Record<string, string> = { ...response.headers, 'request-id': ids.requestId };
  if (showCost) headers['x-muster-cost'] = cost.print();
  return toHttpResponse({ ...response, headers }, { method: head.method, mediaType });
}

/** The ids of a request: ours, the client's, and that of its trace. */
interface RequestIds {
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
  { invocationId, traceContext }: Pick<Invocation, 'invocationId' | 'traceContext'>,
): RequestIds {
  const clientRequestId = clientHeaders.map(header).find((value) => uuidForm.test(value ?? ''));
  const traceId = [traceContext?.traceParent, header('traceparent')]
    .map((value) => traceParentForm.exec(value ?? '')?.[1])
    .find((id) => id !== undefined);
  return { requestId: invocationId, clientRequestId: clientRequestId?.toLowerCase(), traceId };
}
