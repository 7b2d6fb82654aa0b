import type { Context } from '../../provisioning/context.ts';
import { type CreateCommand, createResource } from '../../provisioning/create.ts';
import { deleteResource } from '../../provisioning/delete.ts';
import { type ModifyCommand, modifyResource } from '../../provisioning/modify.ts';
import type { Target } from '../../provisioning/preconditions.ts';
import { type ReplaceCommand, replaceResource } from '../../provisioning/replace.ts';
import type { Representation, View } from '../../provisioning/represent.ts';
import { type RetrieveCommand, retrieveResource } from '../../provisioning/retrieve.ts';
import { normalisePatchBody, normaliseResourceBody } from '../../scim/client-quirks.ts';
import { ScimError } from '../../scim/errors.ts';
import { refuseUnknown, toInteropOperations } from '../../scim/interop-profile.ts';
import type { JsonValue } from '../../scim/json.ts';
import { parsePatchOp } from '../../scim/message/patch-op.ts';
import { parseSelection, project } from '../../scim/project.ts';
import { profileTraits } from '../../scim/quirks/traits.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { validateResource } from '../../scim/validate.ts';
import type { AdmittedRequest, Operation, ScimResponse } from '../operation.ts';

type ScimOperation<Command, Outcome> = Operation<Context, Command, Outcome>;

/** `POST` to the endpoint of a resource type (RFC 7644 3.3). */
export function createOperation(name: string): ScimOperation<CreateCommand, Representation> {
  return {
    scope: 'scim',
    readsBody: true,
    parse(request) {
      const view = viewOf(request, name);
      const body = normalisedBody(request, view.type);
      const onUnknown = hearUnknown(request);
      const resource = validateResource(body, view.type, { context: 'create', onUnknown });
      return { ...view, resource, ...(request.newId !== undefined && { id: request.newId }) };
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
    parse: (request) => ({ ...targetOf(request, name), ...viewOf(request, name) }),
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
    parse(request) {
      const target = targetOf(request, name);
      const body = normalisedBody(request, target.type);
      return { ...target, ...viewOf(request, name), body, onUnknown: hearUnknown(request) };
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
    parse(request) {
      const target = targetOf(request, name);
      const { body, fired } = normalisePatchBody(request.body, target.type, request.profile);
      request.note(fired);
      const operations = parsePatchOp(body);
      const { interop } = profileTraits[request.profile];
      return {
        ...target,
        ...viewOf(request, name),
        operations: interop ? toInteropOperations(operations, target.type) : operations,
        answer: answerOf(request, name),
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
    parse: (request) => targetOf(request, name),
    run: deleteResource,
    respond: () => ({ status: 204 }),
  };
}

/** Throws ScimError `notFound` when the endpoint does not offer the resource type. */
function typeOf({ types }: AdmittedRequest, name: string): ResourceType {
  const type = types.find((one) => one.name === name);
  if (!type) throw new ScimError('notFound', { detail: `This endpoint has no resources of type ${name}` });
  return type;
}

function targetOf(request: AdmittedRequest, name: string): Target {
  const [ifMatch, ifNoneMatch] = [request.header('if-match'), request.header('if-none-match')];
  return {
    type: typeOf(request, name),
    id: request.params.id ?? '',
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  };
}

function viewOf(request: AdmittedRequest, name: string): View {
  const type = typeOf(request, name);
  const attributes = request.query.get('attributes') ?? undefined;
  const excludedAttributes = request.query.get('excludedAttributes') ?? undefined;
  return { type, selection: parseSelection({ attributes, excludedAttributes }, type) };
}

/** Who asks for attributes is answered with them (RFC 7644 3.5.2); otherwise a group may go unsaid. */
function answerOf({ query, profile }: AdmittedRequest, name: string): ModifyCommand['answer'] {
  if (name !== 'Group' || query.has('attributes')) return 'resource';
  return profileTraits[profile].groupAnswer === 'none' ? 'none' : 'unlessLarge';
}

/** What no schema has is ignored and counted, or refused where the profile says so. */
function hearUnknown({ profile, note }: AdmittedRequest): (path: string) => void {
  return profileTraits[profile].interop ? refuseUnknown : () => note(['unknown-attribute']);
}

function normalisedBody(request: AdmittedRequest, type: ResourceType): JsonValue {
  const { body, fired } = normaliseResourceBody(request.body, type, request.profile);
  request.note(fired);
  return body;
}

function resourceResponse({ resource, version }: Representation, { type, selection }: View): ScimResponse {
  const body = project(resource, type, selection);
  const { meta } = resource as { meta: { location: string } };
  const headers = { Location: meta.location, 'Content-Location': meta.location, ETag: version };
  return { status: 200, headers, body };
}
