import { limits } from '../../base/limits.ts';
import { type BulkCommand, type BulkTask, runBulk } from '../../provisioning/bulk/bulk.ts';
import type { BulkStep } from '../../provisioning/bulk/plan.ts';
import type { Context } from '../../provisioning/context.ts';
import { locationOf } from '../../provisioning/represent.ts';
import { ScimError } from '../../scim/errors.ts';
import { type JsonObject, jsonObject } from '../../scim/json.ts';
import {
  type BulkOperation,
  type FaultyBulkOperation,
  parseBulkRequest,
} from '../../scim/message/bulk-request.ts';
import { type BulkResult, bulkResponse } from '../../scim/message/bulk-response.ts';
import { errorBody } from '../../scim/message/error.ts';
import type { AdmittedRequest, Operation } from '../operation.ts';
import { toScimError } from '../respond.ts';
import { findOperation, type Route } from '../routes.ts';

type Routes = readonly Route<Context>[];
type Entry = BulkOperation | FaultyBulkOperation;

interface HttpBulkCommand extends BulkCommand {
  readonly entries: readonly Entry[];
}

/**
 * `POST /Bulk` (RFC 7644 3.7). Each operation runs through its row of the route table, like a single request.
 * The response leaves the resources out, which RFC 7644 3.7 permits.
 */
export function bulkOperation(routes: Routes): Operation<Context, HttpBulkCommand, JsonObject> {
  const writes = routes.filter(({ template }) => !template.endsWith('.search'));
  return {
    scope: 'scim',
    readsBody: true,
    bodyBound: {
      bytesMax: limits.bulkBodyBytesMax,
      tooLarge: () =>
        new ScimError('payloadTooLarge', {
          detail: `The bulk request exceeds maxPayloadSize (${limits.bulkBodyBytesMax}): send smaller ones`,
        }),
    },
    parse(request, context) {
      const { operations: entries, failOnErrors } = parseBulkRequest(request.body);
      return {
        entries,
        failOnErrors,
        text: JSON.stringify(request.body),
        steps: entries.map((entry) => ('fault' in entry ? undefined : toStep(entry, context))),
        perform: (within, task) => perform(within, task, { entry: entries[task.position], routes: writes }),
      };
    },
    async run(context, { entries, ...command }) {
      const results = await runBulk(context, command);
      const answers: JsonObject[] = [];
      for (const [position, entry] of entries.entries()) {
        const result = results[position];
        if (!result) continue;
        const answered = { entry, step: command.steps[position], result };
        noteRefusal(context, answered);
        answers.push(answer(context, answered));
      }
      return bulkResponse(answers);
    },
    respond: (body) => ({ status: 200, body }),
  };
}

function toStep({ method, path, bulkId, data }: BulkOperation, { types }: Context): BulkStep {
  const [first, target] = path;
  const type = types.find(({ endpoint }) => endpoint === `/${first}`);
  return { method, data, type, target: method === 'POST' ? undefined : target, bulkId };
}

async function perform(
  context: Context,
  task: BulkTask,
  { entry, routes }: { entry: Entry | undefined; routes: Routes },
): Promise<BulkResult> {
  try {
    if (!entry || 'fault' in entry) throw entry?.fault;
    const { operation, params } = findOperation(routes, headOf(entry, task));
    const command = operation.parse(singleRequest(entry, task, params), context);
    const { status, headers, body } = operation.respond(await operation.run(context, command), command);
    const id = task.target ?? (typeof body?.id === 'string' ? body.id : undefined);
    return { status, id, version: headers?.ETag };
  } catch (thrown) {
    const error = toScimError(thrown);
    return { status: error.status, id: task.target, error };
  }
}

function headOf({ method, path }: BulkOperation, { target }: BulkTask) {
  const [first = '', , ...rest] = path;
  const segments = target === undefined ? path : [first, target, ...rest];
  return { method, segments, query: new URLSearchParams(), header: () => undefined };
}

/** Makes a single request of one operation. It asks for the id only; the answer needs no more. */
function singleRequest(
  { method, version, data }: BulkOperation,
  task: BulkTask,
  params: AdmittedRequest['params'],
): AdmittedRequest {
  const ifMatch = method === 'POST' ? undefined : version;
  return {
    // A creation has no id in its path.
    params: { id: task.newId, ...params },
    query: new URLSearchParams({ attributes: 'id' }),
    header: (name) => (name.toLowerCase() === 'if-match' ? ifMatch : undefined),
    body: data === null ? null : task.data,
  };
}

interface Answered {
  readonly entry: Entry;
  readonly step: BulkStep | undefined;
  readonly result: BulkResult;
}

function noteRefusal({ notes }: Context, { entry, step, result }: Answered): void {
  if (!result.error) return;
  const { method = 'bulk' } = entry;
  notes.refused({ method, type: step?.type?.name, id: result.id ?? idIn(step?.target), error: result.error });
}

/** One operation of the response (RFC 7644 3.7.3). */
function answer(context: Context, { entry, step, result }: Answered): JsonObject {
  const id = result.id ?? idIn(step?.target);
  return jsonObject({
    method: entry.method,
    bulkId: entry.bulkId,
    location: step?.type && id !== undefined ? locationOf(context, step.type, id) : undefined,
    version: result.version,
    status: String(result.status),
    response: result.error && errorBody(result.error),
  });
}

/** The id in a target. A `bulkId:` reference that was not resolved has none, nor has a failed creation. */
function idIn(target: string | undefined): string | undefined {
  return target?.startsWith('bulkId:') ? undefined : target;
}
