import type { Context } from '../provisioning/context.ts';
import { type CreateCommand, createResource } from '../provisioning/create.ts';
import { deleteResource } from '../provisioning/delete.ts';
import { type ModifyCommand, modifyResource } from '../provisioning/modify.ts';
import type { Target } from '../provisioning/preconditions.ts';
import { type QueryCommand, type QueryOutcome, queryResources } from '../provisioning/query.ts';
import { type ReplaceCommand, replaceResource } from '../provisioning/replace.ts';
import type { Representation, View } from '../provisioning/represent.ts';
import { type RetrieveCommand, retrieveResource } from '../provisioning/retrieve.ts';
import { normalisePatchBody, normaliseResourceBody } from '../scim/client-quirks.ts';
import type { JsonValue } from '../scim/json.ts';
import { listResponse } from '../scim/message/list-response.ts';
import { parsePatchOp } from '../scim/message/patch-op.ts';
import { parseSelection, project } from '../scim/project.ts';
import { omitsGroupAnswer } from '../scim/quirks/answers.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { validateResource } from '../scim/validate.ts';
import type { AdmittedRequest, Operation, ScimResponse } from './operation.ts';
import { parseQuery } from './parse-query.ts';

type ScimOperation<Command, Outcome> = Operation<Context, Command, Outcome>;

/** `POST` to the endpoint of a resource type (RFC 7644 3.3). */
export function createOperation(type: ResourceType): ScimOperation<CreateCommand, Representation> {
  return {
    scope: 'scim',
    readsBody: true,
    parse: (request) => ({
      ...viewOf(request, type),
      resource: validateResource(normalisedBody(request, type), type, { context: 'create' }),
    }),
    run: createResource,
    respond: (created, command) => ({ ...resourceResponse(created, command), status: 201 }),
  };
}

/** `GET` of one resource (RFC 7644 3.4.1). */
export function retrieveOperation(
  type: ResourceType,
): ScimOperation<RetrieveCommand, Awaited<ReturnType<typeof retrieveResource>>> {
  return {
    scope: 'scim',
    readsBody: false,
    parse(request) {
      const ifNoneMatch = request.header('if-none-match');
      return {
        ...targetOf(request, type),
        ...viewOf(request, type),
        ...(ifNoneMatch !== undefined && { ifNoneMatch }),
      };
    },
    run: retrieveResource,
    respond: (found, command) =>
      'resource' in found
        ? resourceResponse(found, command)
        : { status: 304, headers: { ETag: found.version } },
  };
}

/** `GET` of the endpoint of a resource type (RFC 7644 3.4.2). */
export function queryOperation(type: ResourceType): ScimOperation<QueryCommand, QueryOutcome> {
  return {
    scope: 'scim',
    readsBody: false,
    parse: (request) => ({ ...viewOf(request, type), ...parseQuery(request, type) }),
    run: queryResources,
    respond: ({ resources, total }, { selection, startIndex }) => ({
      status: 200,
      body: listResponse({
        resources: resources.map((resource) => project(resource, type, selection)),
        totalResults: total,
        startIndex,
        itemsPerPage: resources.length,
      }),
    }),
  };
}

/** `PUT` of one resource (RFC 7644 3.5.1). */
export function replaceOperation(type: ResourceType): ScimOperation<ReplaceCommand, Representation> {
  return {
    scope: 'scim',
    readsBody: true,
    parse: (request) => ({
      ...targetOf(request, type),
      ...viewOf(request, type),
      body: normalisedBody(request, type),
    }),
    run: replaceResource,
    respond: resourceResponse,
  };
}

/** `PATCH` of one resource (RFC 7644 3.5.2). */
export function modifyOperation(
  type: ResourceType,
): ScimOperation<ModifyCommand, Representation | undefined> {
  return {
    scope: 'scim',
    readsBody: true,
    parse(request) {
      const { body, fired } = normalisePatchBody(request.body ?? null, type, request.profile);
      request.note(fired);
      return {
        ...targetOf(request, type),
        ...viewOf(request, type),
        operations: parsePatchOp(body),
        quiet: type.name === 'Group' && omitsGroupAnswer(request.profile),
      };
    },
    run: modifyResource,
    respond: (modified, command) => (modified ? resourceResponse(modified, command) : { status: 204 }),
  };
}

/** `DELETE` of one resource (RFC 7644 3.6). */
export function deleteOperation(type: ResourceType): ScimOperation<Target, void> {
  return {
    scope: 'scim',
    readsBody: false,
    parse: (request) => targetOf(request, type),
    run: deleteResource,
    respond: () => ({ status: 204 }),
  };
}

function targetOf(request: AdmittedRequest, type: ResourceType): Target {
  const ifMatch = request.header('if-match');
  return { type, id: request.params.id ?? '', ...(ifMatch !== undefined && { ifMatch }) };
}

function viewOf({ query }: AdmittedRequest, type: ResourceType): View {
  const attributes = query.get('attributes') ?? undefined;
  const excludedAttributes = query.get('excludedAttributes') ?? undefined;
  return { type, selection: parseSelection({ attributes, excludedAttributes }, type) };
}

function normalisedBody(request: AdmittedRequest, type: ResourceType): JsonValue {
  const { body, fired } = normaliseResourceBody(request.body ?? null, type, request.profile);
  request.note(fired);
  return body;
}

function resourceResponse({ resource, version }: Representation, { type, selection }: View): ScimResponse {
  const body = project(resource, type, selection);
  const { meta } = resource as { meta: { location: string } };
  return { status: 200, headers: { Location: meta.location, ETag: version }, body };
}
