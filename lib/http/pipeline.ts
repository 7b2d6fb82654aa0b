import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { ClientProfile } from '../scim/client-quirks.ts';
import { ScimError } from '../scim/errors.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { readBody } from './body.ts';
import { type Head, readHead } from './head.ts';
import { chooseMediaType, type MediaType } from './negotiate.ts';
import type { RefusedOperation, ScimResponse } from './operation.ts';
import { type Cost, createCost } from './request-cost.ts';
import { type RequestIds, readRequestIds } from './request-ids.ts';
import type { RequestLine } from './request-line.ts';
import { errorResponse, toHttpResponse, toScimError } from './respond.ts';
import type { Match } from './routes.ts';

/** A caller who may come in, and what its operations work in. */
export interface Admission<Context> {
  readonly context: Context;
  readonly scopes: readonly string[];
  readonly profile: ClientProfile;
  readonly types: readonly ResourceType[];
  readonly tenant?: string;
  readonly credential?: string;
  /** The id of the user on whose behalf the client acts. */
  readonly subject?: string;
  /** Ends what the operation has begun, whether it succeeded or not, before the answer; never rejects. */
  readonly finish?: () => Promise<void>;
}

/** What there is of a request before its caller is known. */
export interface AdmitRequest {
  readonly id: string;
  /** The client's name for the request. */
  readonly clientRequestId: string | undefined;
  readonly cost: Cost;
  /** Takes note of deviations of the client, and of rules that it met. */
  readonly note: (quirks: readonly string[]) => void;
  /** What was taken note of so far. */
  readonly fired: () => readonly string[];
  /** Takes note that something is written. */
  readonly changed: () => void;
}

/** What came of a request. */
export interface Outcome<Context> {
  readonly head: Head;
  readonly ids: RequestIds;
  /** Absent when the caller was not admitted. */
  readonly admission: Admission<Context> | undefined;
  readonly response: ScimResponse;
  readonly error: ScimError | undefined;
  /** Quirks and rules that the request met. */
  readonly fired: readonly string[];
  /** Whether something was written. */
  readonly changed: boolean;
  /** Operations that failed, of a request that as a whole did not. */
  readonly refused: readonly RefusedOperation[];
}

/** What all requests of an API share: who is admitted, and what is told of them. */
export interface PipelineParts<Context> {
  readonly endpointPaths: readonly string[];
  /** Throws ScimError `unauthenticated`. */
  readonly admit: (head: Head, request: AdmitRequest) => Promise<Admission<Context>>;
  readonly log: (line: RequestLine) => void;
  /** Told of what came of a request before it is answered; never rejects. */
  readonly audit?: (outcome: Outcome<Context>) => Promise<void>;
  /** Milliseconds, for durations. */
  readonly now: () => number;
  /** Whether responses tell what they cost. */
  readonly showCost: boolean;
}

type Find<Context> = (head: Head) => Match<Context>;

/** Makes handlers that always answer, also what a step throws: head, authenticate, body, parse, run, respond. */
export function createPipeline<Context>(parts: PipelineParts<Context>) {
  return (find: Find<Context>): HttpHandler =>
    async (request, invocation) => {
      const exchange = openExchange(parts, request, invocation);
      let response: ScimResponse;
      try {
        response = await perform(parts, find, exchange);
      } catch (thrown) {
        const error = toScimError(thrown, exchange.ids.requestId);
        exchange.trace.error = error;
        response = errorResponse(error);
      }
      await parts.audit?.(outcomeOf(exchange, response));
      return close(parts, exchange, { response, function: invocation.functionName });
    };
}

interface Exchange<Context> {
  readonly request: HttpRequest;
  readonly head: Head;
  readonly ids: RequestIds;
  readonly started: number;
  readonly cost: Cost;
  /** Of the response; absent when the client accepts none that there is. */
  readonly mediaType: MediaType | undefined;
  /** What the log line will tell. */
  readonly trace: { tenant?: string; credential?: string; error?: ScimError; quirks: Record<string, number> };
  /** What the audit will be told beside it. */
  readonly told: { admission?: Admission<Context>; changed: boolean; refused: RefusedOperation[] };
}

function openExchange<Context>(
  parts: PipelineParts<Context>,
  request: HttpRequest,
  invocation: InvocationContext,
): Exchange<Context> {
  const head = readHead(request, parts.endpointPaths);
  const ids = readRequestIds(head.header, invocation);
  const mediaType = chooseMediaType(head.header('accept'));
  const started = parts.now();
  const notes = { trace: { quirks: {} }, told: { changed: false, refused: [] } };
  return { request, head, ids, started, cost: createCost(), mediaType, ...notes };
}

function outcomeOf<Context>(
  { head, ids, trace: { error, quirks }, told: { admission, ...told } }: Exchange<Context>,
  response: ScimResponse,
): Outcome<Context> {
  return { head, ids, admission, response, error, fired: Object.keys(quirks), ...told };
}

async function perform<Context>(
  parts: PipelineParts<Context>,
  find: Find<Context>,
  { request, head, ids, cost, mediaType, trace, told }: Exchange<Context>,
): Promise<ScimResponse> {
  const { operation, params } = find(head);
  const isAnonymous = head.header('authorization') === undefined;
  if (isAnonymous && mediaType && head.endpointPath !== undefined && operation.forAnyone) {
    return operation.forAnyone(head.endpointPath);
  }
  const note = (quirks: readonly string[]) => {
    for (const quirk of quirks) trace.quirks[quirk] = (trace.quirks[quirk] ?? 0) + 1;
  };
  const fired = () => Object.keys(trace.quirks);
  const changed = () => {
    told.changed = true;
  };
  const { requestId: id, clientRequestId } = ids;
  const admission = await parts.admit(head, { id, clientRequestId, cost, note, fired, changed });
  told.admission = admission;
  const { context, scopes, tenant, credential, finish, ...caller } = admission;
  Object.assign(trace, { tenant, credential });
  if (operation.scope !== undefined && !scopes.includes(operation.scope)) throw new ScimError('forbidden');
  if (!mediaType) throw new ScimError('notAcceptable');

  const body = operation.readsBody ? await readBody(request, operation.bodyBound) : null;
  const report = (error: ScimError) => {
    trace.error ??= error;
  };
  const refused = (refusal: RefusedOperation) => told.refused.push(refusal);
  const { query, header } = head;
  const command = operation.parse({ params, query, header, body, ...caller, note, report, refused });
  try {
    return operation.respond(await operation.run(context, command), command);
  } finally {
    await finish?.();
  }
}

function close<Context>(
  parts: PipelineParts<Context>,
  { request, ids, started, cost, mediaType, trace }: Exchange<Context>,
  { response, function: name }: { response: ScimResponse; function: string },
): HttpResponseInit {
  const { error, ...facts } = trace;
  parts.log({
    event: 'request',
    function: name,
    method: request.method,
    status: response.status,
    milliseconds: parts.now() - started,
    ...ids,
    ...facts,
    ...(error && { error: error.code }),
    ...(error && error.status >= 500 && { cause: error.cause }),
    ...cost.totals(),
  });
  const headers = {
    ...response.headers,
    'request-id': ids.requestId,
    ...(parts.showCost && { 'x-muster-cost': cost.print() }),
  };
  return toHttpResponse({ ...response, headers }, { method: request.method, mediaType });
}
