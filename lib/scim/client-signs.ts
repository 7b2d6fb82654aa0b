import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { malformedEnterpriseUrn } from './quirks/paths.ts';
import { directoryGroupUrn } from './quirks/resources.ts';
import { groupType, userType } from './schema/resource-types.ts';

/** The clients that show themselves in their requests. No request that only JumpCloud or Google sends is known. */
export const recognisedClients = {
  entra: 'Microsoft Entra ID',
  okta: 'Okta',
  onelogin: 'OneLogin',
  authentik: 'authentik',
} as const;
/** A client that shows itself, by the name of its profile. */
export type RecognisedClient = keyof typeof recognisedClients;

/** The parts of a request in which a client may show itself. */
export interface SignedRequest {
  /** Such as `/Users`. */
  readonly endpoint: string;
  readonly userAgent: string | undefined;
  readonly query: URLSearchParams;
  /** Null if the request has none. */
  readonly body: JsonValue;
}

/** A header or shape of a request that only one client sends. */
export interface ClientSign {
  readonly id: string;
  readonly client: RecognisedClient;
  /** The sign, in words that name no value of a request. */
  readonly sign: string;
  /** The public source of the sign. */
  readonly evidence: string;
  readonly isIn: (request: SignedRequest) => boolean;
}

/** The operations of a PATCH that are searched for signs. Each client uses one shape for all of them. */
const operationsMax = 20;
const reference = '(?:manager|members) eq "[^"]*"';
const referenceFilter = new RegExp(
  String.raw`^\s*(?:id eq "[^"]*" and ${reference}|${reference} and id eq "[^"]*")\s*$`,
  'i',
);

/** Not a literal of RFC 7644, nor a value in quotation marks of another kind, which come from people. */
const unquotedUserName = /^\s*userName eq (?!(?:true|false|null)\s*$)[\p{L}\p{N}][^"\s]*\s*$/iu;

/** All signs. The first that a request has decides. */
export const clientSigns: readonly ClientSign[] = [
  {
    id: 'okta-user-agent',
    client: 'okta',
    sign: 'the header User-Agent begins with "Okta SCIM Client"',
    evidence: 'Okta developer documentation, SCIM 2.0 reference: sample requests',
    isIn: ({ userAgent }) => /^okta scim client\b/i.test(userAgent ?? ''),
  },
  {
    id: 'onelogin-user-agent',
    client: 'onelogin',
    sign: 'the header User-Agent begins with "OneLogin SCIM"',
    evidence: 'Stand-ins for OneLogin in public test suites',
    isIn: ({ userAgent }) => /^onelogin scim\b/i.test(userAgent ?? ''),
  },
  {
    id: 'authentik-user-agent',
    client: 'authentik',
    sign: 'the header User-Agent begins with "authentik@"',
    evidence: 'authentik, lib/utils/http.py: the session of its clients',
    isIn: ({ userAgent }) => /^authentik@/i.test(userAgent ?? ''),
  },
  {
    id: 'entra-flag',
    client: 'entra',
    sign: 'the address has the feature flag aadOptscim062020',
    evidence: 'Microsoft Learn, known issues with SCIM 2.0 protocol compliance: flags',
    isIn: ({ query }) => query.has('aadOptscim062020'),
  },
  {
    id: 'entra-operation-names',
    client: 'entra',
    sign: 'a PATCH spells its operations Add, Replace or Remove',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: update requests',
    isIn: ({ body }) =>
      operationsOf(body).some(({ op }) => op === 'Add' || op === 'Replace' || op === 'Remove'),
  },
  {
    id: 'entra-directory-group',
    client: 'entra',
    sign: 'a group lists a schema of http://schemas.microsoft.com',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: create group',
    isIn: ({ body }) => listsSchema(body, directoryGroupUrn),
  },
  {
    id: 'entra-enterprise-urn',
    client: 'entra',
    sign: 'a user lists the enterprise schema without its last colon',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: sample requests of older jobs',
    isIn: ({ body }) => listsSchema(body, malformedEnterpriseUrn),
  },
  {
    id: 'entra-role',
    client: 'entra',
    sign: 'a role has the type WindowsAzureActiveDirectoryRole',
    evidence: 'Microsoft Learn, customize attribute mappings: SingleAppRoleAssignment',
    isIn: ({ body }) =>
      isJsonObject(body) &&
      isJsonArray(body.roles) &&
      body.roles.some((role) => isJsonObject(role) && role.type === 'WindowsAzureActiveDirectoryRole'),
  },
  {
    id: 'entra-reference-filter',
    client: 'entra',
    sign: 'a filter asks if the resource with an id has a manager or member',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: reference requests',
    isIn: ({ query }) => referenceFilter.test(query.get('filter') ?? ''),
  },
  {
    id: 'okta-group-name',
    client: 'okta',
    sign: 'a PATCH of a group replaces id and displayName, and nothing else, without a path',
    evidence: 'Okta developer documentation, SCIM 2.0 reference: update a specific group name',
    isIn: ({ endpoint, body }) =>
      endpoint === groupType.endpoint &&
      pathlessValues(body).some((value) => Object.keys(value).sort().join() === 'displayName,id'),
  },
  {
    id: 'okta-external-id',
    client: 'okta',
    sign: 'a user has the externalId of an Okta user (00u…) and a list of groups',
    evidence: 'Okta developer documentation, SCIM 2.0 reference: create users',
    isIn: ({ endpoint, body }) =>
      endpoint === userType.endpoint &&
      isJsonObject(body) &&
      isJsonArray(body.groups) &&
      typeof body.externalId === 'string' &&
      /^00u[0-9A-Za-z]{17}$/.test(body.externalId),
  },
  {
    id: 'authentik-whole-value',
    client: 'authentik',
    sign: 'a PATCH replaces a whole resource, with its schemas, without a path',
    evidence: 'authentik, clients/users.py and clients/groups.py: updates by PATCH',
    isIn: ({ body }) => pathlessValues(body).some(({ schemas }) => isJsonArray(schemas)),
  },
  {
    id: 'authentik-user-filter',
    client: 'authentik',
    sign: 'a filter compares userName with a value without quotation marks',
    evidence: 'authentik, clients/users.py: the user of a conflict',
    isIn: ({ endpoint, query }) =>
      endpoint === userType.endpoint && unquotedUserName.test(query.get('filter') ?? ''),
  },
];

/** Finds the sign of a client in a request; `undefined` for a request that several clients may send. */
export function recogniseClient(request: SignedRequest): ClientSign | undefined {
  return clientSigns.find(({ isIn }) => isIn(request));
}

function operationsOf(body: JsonValue): readonly JsonObject[] {
  if (!isJsonObject(body) || !isJsonArray(body.Operations)) return [];
  return body.Operations.slice(0, operationsMax).filter(isJsonObject);
}

/** The values of the operations that replace without a path. */
function pathlessValues(body: JsonValue): readonly JsonObject[] {
  const replacing = operationsOf(body).filter(({ op, path }) => op === 'replace' && path === undefined);
  return replacing.map(({ value }) => value).filter(isJsonObject);
}

/** Tests if `schemas` has a URN, which is given in lower case. */
function listsSchema(body: JsonValue, urn: string): boolean {
  if (!isJsonObject(body) || !isJsonArray(body.schemas)) return false;
  return body.schemas.some((listed) => typeof listed === 'string' && listed.toLowerCase() === urn);
}
