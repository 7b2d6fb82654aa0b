import { limits } from '../../base/limits.ts';
import { type BulkCommand, type BulkTask, runBulk } from '../../provisioning/bulk/bulk.ts';
import type { BulkStep } from '../../provisioning/bulk/plan.ts';
import type { Context } from '../../provisioning/context.ts';
import { locationOf } from '../../provisioning/represent.ts';
import type { ScimError } from '../../scim/errors.ts';
import type { JsonObject } from '../../scim/json.ts';
import {
  type BulkOperation,
  type BulkRequest,
  type FaultyBulkOperation,
  parseBulkRequest,
} from '../../scim/message/bulk-request.ts';
import { type BulkResult, bulkResponse } from '../../scim/message/bulk-response.ts';
import type { AdmittedRequest, Operation, RefusedOperation } from '../operation.ts';
import { errorResponse, toScimError } from '../respond.ts';
import { findOperation, type Route } from '../routes.ts';

type Routes = readonly Route<Context>[];
type Entry = BulkOperation | FaultyBulkOperation;

interface HttpBulkCommand extends BulkCommand {
  readonly entries: readonly Entry[];
  readonly refused: AdmittedRequest['refused'];
}

/**
 * `POST /Bulk` (RFC 7644 3.7): each operation runs through its own row of the table, as a request of its own
 * would, and is answered without the resource, which RFC 7644 3.7 leaves to the service provider.
 */
export function bulkOperation(routes: Routes): Operation<Context, HttpBulkCommand, JsonObject> {
  const writes = routes.filter(({ template }) => !template.endsWith('.search'));
  return {
    scope: 'scim',
    readsBody: true,
    bodyBound: {
      bytesMax: limits.bulkBodyBytesMax,
      detail: `The size of the bulk operation exceeds the maxPayloadSize (${limits.bulkBodyBytesMax})`,
    },
    parse: (request) => parseBulk(request, writes),
    async run(context, command) {
      const results = await runBulk(context, command);
      const answers = command.entries.flatMap((entry, position) => {
        const result = results[position];
        const step = command.steps[position];
        if (result?.error) command.refused(refusalOf({ entry, step, result, error: result.error }));
        return result ? [answer(context, { entry, step, result })] : [];
      });
      return bulkResponse(answers);
    },
    respond: (body) => ({ status: 200, body }),
  };
}

function parseBulk(request: AdmittedRequest, routes: Routes): HttpBulkCommand {
  const { operations: entries, failOnErrors }: BulkRequest = parseBulkRequest(request.body);
  return {
    entries,
    text: JSON.stringify(request.body),
    steps: entries.map((entry) => ('fault' in entry ? undefined : toStep(entry, request))),
    ...(failOnErrors !== undefined && { failOnErrors }),
    perform: (context, task) => perform(context, { request, routes, task, entry: entries[task.position] }),
    describe: describeError,
    refused: request.refused,
  };
}

function toStep({ method, path, bulkId, data }: BulkOperation, { types }: AdmittedRequest): BulkStep {
  const [first, target] = path;
  const type = types.find(({ endpoint }) => endpoint === `/${first}`);
  return {
    method,
    data,
    ...(type && { type }),
    ...(target !== undefined && method !== 'POST' && { target }),
    ...(bulkId !== undefined && { bulkId }),
  };
}

interface Performance {
  readonly request: AdmittedRequest;
  readonly routes: Routes;
  readonly task: BulkTask;
  readonly entry: Entry | undefined;
}

async function perform(context: Context, { request, routes, task, entry }: Performance): Promise<BulkResult> {
  try {
    if (!entry || 'fault' in entry) throw entry?.fault;
    const { operation, params } = findOperation(routes, headOf(entry, task));
    const { id: _, ...own } = params;
    const command = operation.parse({
      ...request,
      ...singleRequest(entry, task),
      params: task.target === undefined ? own : { ...own, id: task.target },
    });
    const { status, headers, body } = operation.respond(await operation.run(context, command), command);
    const id = task.target ?? (typeof body?.id === 'string' ? body.id : undefined);
    const version = headers?.ETag;
    return { status, ...(id !== undefined && { id }), ...(version !== undefined && { version }) };
  } catch (thrown) {
    const error = toScimError(thrown);
    if (error.status >= 500) request.report(error);
    const { target } = task;
    return { status: error.status, ...(target !== undefined && { id: target }), error: describeError(error) };
  }
}

function headOf({ method, path }: BulkOperation, { target }: BulkTask) {
  const [first = '', , ...rest] = path;
  const segments = target === undefined ? path : [first, target, ...rest];
  return { method, segments, query: new URLSearchParams(), header: () => undefined };
}

/** What differs from the bulk request itself; no more is asked for than what the answer tells. */
function singleRequest({ method, version, data }: BulkOperation, task: BulkTask): Partial<AdmittedRequest> {
  const ifMatch = method === 'POST' ? undefined : version;
  return {
    query: new URLSearchParams({ attributes: 'id' }),
    header: (name) => (name.toLowerCase() === 'if-match' ? ifMatch : undefined),
    body: data === null ? null : task.data,
    ...(method === 'POST' && { newId: task.newId }),
  };
}

function describeError(error: ScimError): JsonObject {
  return errorResponse(error).body ?? {};
}

interface Answered {
  readonly entry: Entry;
  readonly step: BulkStep | undefined;
  readonly result: BulkResult;
}

function refusalOf({ entry, step, result, error }: Answered & { error: JsonObject }): RefusedOperation {
  const { method = 'bulk' } = entry;
  return { method, type: step?.type?.name, id: result.id ?? idIn(step?.target), error };
}

/** One operation of the response (RFC 7644 3.7.3). */
function answer(context: Context, { entry, step, result }: Answered): JsonObject {
  const { method, bulkId } = entry;
  const { status, version, error } = result;
  const id = result.id ?? idIn(step?.target);
  return {
    ...(method !== undefined && { method }),
    ...(bulkId !== undefined && { bulkId }),
    ...(step?.type && id !== undefined && { location: locationOf(context, step.type, id) }),
    ...(version !== undefined && { version }),
    status: String(status),
    ...(error && { response: error }),
  };
}

/** A reference that could not be resolved is no id, and a failed creation has none. */
function idIn(target: string | undefined): string | undefined {
  return target?.startsWith('bulkId:') ? undefined : target;
}
