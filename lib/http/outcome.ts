import { OAuthError } from '../auth/oauth-error.ts';
import { CredentialRefused } from '../auth/refusal.ts';
import type { Context } from '../provisioning/context.ts';
import { type ClientSign, recogniseClient } from '../scim/client-signs.ts';
import { endpoints } from '../scim/schema/endpoints.ts';
import { userType } from '../scim/schema/resource-types.ts';
import type { Head } from './head.ts';
import type { Admission, Outcome } from './pipeline.ts';

/** The facts of an authenticated request, as the audit trail needs them. */
export function factsOfRequest(outcome: Outcome<Context>, { context }: Admission<Context>) {
  const { head, response, notes } = outcome;
  const operation = operationOf(head);
  return {
    tenantId: context.tenant.id,
    asked: askedBy(outcome, context.directory.actor.credential),
    target: { operation, ...targetOf(head, context) },
    status: response.status,
    error: notes.error,
    hasChanges: notes.hasChanges,
    refusals: notes.refusals.map(({ method, type, id, error }) => ({
      target: { operation: operations.get(method) ?? operation, ...named(type, id) },
      error,
    })),
  };
}

/** The facts of a refused credential; `undefined` if its tenant or the credential is unknown. */
export function factsOfRefusal(outcome: Outcome<Context>) {
  const { error } = outcome.notes;
  const refused = refusedBy(error);
  if (!error || !refused) return undefined;
  const { tenantId, credential, reason } = refused;
  const asked = askedBy(outcome, credential);
  return { tenantId, asked, target: { operation: operationOf(outcome.head) }, error, reason };
}

/** The same for a request to the token endpoint. */
export function factsOfRefusedGrant(thrown: unknown, requestId: string) {
  const refused = refusedBy(thrown);
  if (!(thrown instanceof OAuthError) || !refused) return undefined;
  const { tenantId, credential, reason } = refused;
  const target = { operation: 'issue', resourceType: 'Token' };
  return { tenantId, asked: { credential, requestId, fired: [] }, target, error: thrown, reason };
}

/** The credential that an error refuses; `undefined` if it or its tenant is unknown. */
function refusedBy(error: unknown) {
  if (!(error instanceof Error && error.cause instanceof CredentialRefused)) return undefined;
  const { tenantId, keyId, trust, reason } = error.cause.refusal;
  const credential = keyId ?? trust;
  return tenantId === undefined || credential === undefined ? undefined : { tenantId, credential, reason };
}

/** The sign by which a request shows its client. */
export function signOf({ head, body }: Outcome<Context>): ClientSign | undefined {
  const { segments, query, header } = head;
  return recogniseClient({ endpoint: `/${segments[0]}`, userAgent: header('user-agent'), query, body });
}

function askedBy({ ids: { requestId, clientRequestId }, notes }: Outcome<Context>, credential: string) {
  return { credential, requestId, clientRequestId, fired: notes.fired };
}

/** Operations by HTTP method. A Map, because the method of a bulk operation may be any text. */
const operations: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['PUT', 'replace'],
  ['PATCH', 'modify'],
  ['DELETE', 'delete'],
]);

function operationOf({ method, segments }: Head): string {
  const endpoint = `/${segments[0]}`;
  if (segments.at(-1) === '.search') return 'query';
  if (endpoint === endpoints.bulk) return 'bulk';
  return operations.get(method) ?? (segments.length > 1 || endpoint === endpoints.me ? 'retrieve' : 'query');
}

/** The resource that a path names. `/Me` is the user on whose behalf the client acts. */
function targetOf({ segments: [first, id] }: Head, { types, subject }: Context) {
  if (`/${first}` === endpoints.me) return named(userType.name, subject);
  return named(types.find(({ endpoint }) => endpoint === `/${first}`)?.name, id);
}

/** Keeps an id only if it has the form of one, so that no other client text enters the audit trail. */
function named(resourceType: string | undefined, id: string | undefined) {
  const isId = resourceType !== undefined && id !== undefined && /^\w[\w.:-]{0,129}$/.test(id);
  return { resourceType, resource: isId ? id : undefined };
}
