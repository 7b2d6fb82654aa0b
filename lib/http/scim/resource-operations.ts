import type { Context } from '../../provisioning/context.ts';
import { type CreateCommand, createResource } from '../../provisioning/create.ts';
import { deleteResource } from '../../provisioning/delete.ts';
import { type ModifyCommand, modifyResource } from '../../provisioning/modify.ts';
import type { Target } from '../../provisioning/preconditions.ts';
import { type ReplaceCommand, replaceResource } from '../../provisioning/replace.ts';
import type { Representation, View } from '../../provisioning/represent.ts';
import { type RetrieveCommand, retrieveResource } from '../../provisioning/retrieve.ts';
import { invalidValue, notFound } from '../../scim/errors.ts';
import { refuseUnknown, toInteropOperations } from '../../scim/interop-profile.ts';
import type { JsonValue } from '../../scim/json.ts';
import { parsePatchOp } from '../../scim/message/patch-op.ts';
import { dropUnknownNames } from '../../scim/patch/unknown-names.ts';
import { parseSelection, project } from '../../scim/project.ts';
import { numberForString } from '../../scim/quirks/client-quirks.ts';
import { normalisePatchBody, normaliseResourceBody } from '../../scim/quirks/normalise.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupType, userType } from '../../scim/schema/resource-types.ts';
import type { OnUnknown } from '../../scim/validate/read.ts';
import { validateResource } from '../../scim/validate.ts';
import type { AdmittedRequest, Operation, ScimResponse } from '../operation.ts';

type ScimOperation<Command, Outcome> = Operation<Context, Command, Outcome>;

/** `POST` to the endpoint of a resource type (RFC 7644 3.3). A bulk request passes the id that it chose. */
export function createOperation(name: string): ScimOperation<CreateCommand, Representation> {
  return {
    scope: 'scim',
    readsBody: true,
    parse(request, context) {
      const type = typeOf(context, name);
      const view = viewOf(request, type);
      const body = normalisedBody(request, context, type);
      const onUnknown = hearUnknown(context);
      const resource = validateResource(body, type, { context: 'create', onUnknown });
      return { ...view, resource, id: request.params.id };
    },
    run: createResource,
    respond: (created, command) => ({ ...resourceResponse(created, command), status: 201 }),
  };
}

/** `GET` of one resource (RFC 7644 3.4.1). */
export function retrieveOperation(
  name: string,
): ScimOperation<RetrieveCommand, Awaited<ReturnType<typeof retrieveResource>>> {
  return {
    scope: 'scim',
    readsBody: false,
    parse(request, context) {
      const type = typeOf(context, name);
      return { ...targetOf(request, type), ...viewOf(request, type) };
    },
    run: retrieveResource,
    respond: (found, command) =>
      'resource' in found
        ? resourceResponse(found, command)
        : { status: 304, headers: { ETag: found.version } },
  };
}

/** `PUT` of one resource (RFC 7644 3.5.1). */
export function replaceOperation(name: string): ScimOperation<ReplaceCommand, Representation> {
  return {
    scope: 'scim',
    readsBody: true,
    parse(request, context) {
      const type = typeOf(context, name);
      const body = normalisedBody(request, context, type);
      const onUnknown = hearUnknown(context);
      return { ...targetOf(request, type), ...viewOf(request, type), body, onUnknown };
    },
    run: replaceResource,
    respond: resourceResponse,
  };
}

/** `PATCH` of one resource (RFC 7644 3.5.2). */
export function modifyOperation(
  name: string,
): ScimOperation<ModifyCommand, Awaited<ReturnType<typeof modifyResource>>> {
  return {
    scope: 'scim',
    readsBody: true,
    parse(request, context) {
      const { traits } = context;
      const type = typeOf(context, name);
      const body = noted(normalisePatchBody(request.body, type, context.profile), request, context);
      const operations = dropUnknownNames(parsePatchOp(body, traits), type, hearUnknown(context));
      return {
        ...targetOf(request, type),
        ...viewOf(request, type),
        operations: traits.interop ? toInteropOperations(operations, { ...traits, type }) : operations,
        answer: answerOf(request, context, type),
      };
    },
    run: modifyResource,
    respond: (modified, command) =>
      'resource' in modified
        ? resourceResponse(modified, command)
        : { status: 204, headers: { ETag: modified.version } },
  };
}

/** `DELETE` of one resource (RFC 7644 3.6). */
export function deleteOperation(name: string): ScimOperation<Target, void> {
  return {
    scope: 'scim',
    readsBody: false,
    parse: (request, context) => targetOf(request, typeOf(context, name)),
    run: deleteResource,
    respond: () => ({ status: 204 }),
  };
}

/** Throws ScimError `notFound` when the endpoint does not offer the resource type. */
function typeOf({ types }: Context, name: string): ResourceType {
  const type = types.find((one) => one.name === name);
  if (type) return type;
  throw notFound(`This endpoint has no resource type ${name}: /ResourceTypes lists its types`);
}

function targetOf(request: AdmittedRequest, type: ResourceType): Target {
  const { params, header } = request;
  return { type, id: params.id ?? '', ifMatch: header('if-match'), ifNoneMatch: header('if-none-match') };
}

function viewOf({ query }: AdmittedRequest, type: ResourceType): View {
  const attributes = query.get('attributes') ?? undefined;
  const excludedAttributes = query.get('excludedAttributes') ?? undefined;
  return { type, selection: parseSelection({ attributes, excludedAttributes }, type) };
}

/** The answer to a PATCH: the resource if attributes are named (RFC 7644 3.5.2), else as the profile has it. */
function answerOf(
  { query }: AdmittedRequest,
  { traits }: Context,
  type: ResourceType,
): ModifyCommand['answer'] {
  const isGroup = type.name === groupType.name;
  // Resources of a pack have no memberships that must be read for the answer.
  if (query.has('attributes') || !(isGroup || type.name === userType.name)) return 'resource';
  if (traits.patchAnswer === 'none') return 'none';
  return isGroup ? 'unlessLarge' : 'resource';
}

/** Handles attributes that no schema has: counts and ignores them, or refuses them in some profiles. */
function hearUnknown({ traits, notes }: Context): OnUnknown {
  return traits.interop ? refuseUnknown : (_name, kind) => notes.met([`unknown-${kind}`]);
}

function normalisedBody(request: AdmittedRequest, context: Context, type: ResourceType): JsonValue {
  return noted(normaliseResourceBody(request.body, type, context.profile), request, context);
}

/** Notes the quirks of a body. Throws ScimError `invalidValue` for a number that would lose digits as text. */
function noted(
  { body, fired }: ReturnType<typeof normaliseResourceBody>,
  request: AdmittedRequest,
  { notes }: Context,
): JsonValue {
  notes.met(fired);
  const number = fired.includes(numberForString)
    ? rewrittenNumber(request.body, notes.rewrittenNumbers)
    : undefined;
  if (number === undefined) return body;
  throw invalidValue(
    `The number ${number.slice(0, 40)} would lose digits as text: send it in quotation marks`,
  );
}

/** Finds a number of a body that is not kept as it was written. */
function rewrittenNumber(body: JsonValue, rewritten: ReadonlyMap<number, string>): string | undefined {
  if (rewritten.size === 0) return undefined;
  if (typeof body === 'number') return rewritten.get(body);
  if (typeof body !== 'object' || body === null) return undefined;
  for (const value of Object.values(body)) {
    const found = rewrittenNumber(value, rewritten);
    if (found !== undefined) return found;
  }
  return undefined;
}

function resourceResponse({ resource, version }: Representation, { type, selection }: View): ScimResponse {
  const body = project(resource, type, selection);
  const { meta } = resource as { meta: { location: string } };
  const headers = { Location: meta.location, 'Content-Location': meta.location, ETag: version };
  return { status: 200, headers, body };
}
