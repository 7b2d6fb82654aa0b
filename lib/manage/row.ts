import * as z from 'zod';
import type { AccountScope } from '../accounts/scope.ts';
import type { Trail } from '../audit/query.ts';
import type { DirectoryScope } from '../directory/scope.ts';
import type { FeedServices } from '../feed/feed.ts';
import type { ManageServices } from '../feed/webhooks/manage.ts';
import { EndingError } from '../keys/ending-error.ts';
import { KeyError, type KeyErrorKind } from '../keys/key-error.ts';
import type { AppAccess } from '../keys/key-record.ts';
import type { Keys } from '../keys/keys.ts';
import type { Links } from '../notifications/links.ts';
import { type ErrorCode, notFound, ScimError } from '../scim/errors.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Actor } from '../store/change-document.ts';
import { IdentifierError } from '../tenants/identifiers.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { TrustError } from '../tenants/trust-registry.ts';
import { parseInput } from './parse-input.ts';

/** The services, settings and operator with which a management request is carried out. */
export interface ManageContext {
  readonly tenants: Tenants;
  readonly keys: Keys;
  readonly links: Pick<Links, 'openToken'>;
  readonly trail: Trail;
  readonly feed: FeedServices;
  readonly webhooks: ManageServices;
  readonly directoryOf: (tenant: Tenant) => DirectoryScope;
  readonly accountsOf: (tenant: Tenant) => AccountScope;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** The packs of the deployment, and the resource types of a tenant by its policy. */
  readonly catalogue: {
    readonly packs: readonly { readonly id: string }[];
    readonly customTypes: readonly ResourceType[];
    /** Finds a name that two of the packs with these ids declare. */
    clashOf(
      packs: readonly string[],
    ):
      | { readonly packs: readonly [string, string]; readonly what: string; readonly name: string }
      | undefined;
    typesOf(endpoint: Policy['endpoint']): readonly ResourceType[];
  };
  /** The hosts from which the keys of trusts may be fetched. */
  readonly federationHosts: readonly string[];
  /** The operator or product that sent the request, as a key that they issue names them. */
  readonly operator: string;
  /** The product that sent the request with an app key; absent if an operator sent it. */
  readonly product?: { readonly keyId: string; readonly label: string };
  /** The operator or product and the request, as records name them. */
  readonly actor: Actor;
}

/** The path parameters, query and body of a request, not yet validated. */
interface ManageRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonValue;
}

/** Carries out a validated request. */
export type Perform = (context: ManageContext) => Promise<JsonObject | undefined>;

/**
 * The declaration of a management operation, the source of its function and its description. Each is also served below
 * `/api/v1`, where `appKeys` opens it to app keys.
 */
export interface ManageRow {
  /** The function's name; the host matches routes in the order of these names. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The route, such as `tenants/{tenant}/keys`. */
  readonly template: string;
  readonly summary: string;
  /**
   * The app keys that may use the operation. `read` admits every app key, and `write` those that may write. If it is
   * absent, operators alone may use it. A key of one tenant may use operations below `tenants/{tenant}` only, and only
   * with its own tenant. The others are for keys for all tenants.
   */
  readonly appKeys?: AppAccess;
  readonly status: 200 | 201 | 202 | 204;
  readonly query: z.ZodType;
  /** Absent if the operation reads no body. */
  readonly body?: z.ZodType;
  /** Absent if the answer has no body. */
  readonly answer?: z.ZodType;
  /** Validates a request; throws ScimError `invalidSyntax` or `invalidValue`, which names the property. */
  prepare(request: ManageRequest): Perform;
}

interface Declared<Template extends string, Query extends z.ZodType, Body extends z.ZodType>
  extends Omit<ManageRow, 'status' | 'query' | 'prepare'> {
  readonly template: Template;
  /** By default 200 with an answer and 204 without one. */
  readonly status?: 201 | 202;
  readonly query?: Query;
  readonly body?: Body;
  /** Answers a plain object. JSON leaves out its undefined properties. */
  run(context: ManageContext, input: Input<Template, Query, Body>): Promise<object | undefined>;
}

interface Input<Template extends string, Query extends z.ZodType, Body extends z.ZodType> {
  readonly params: Readonly<Record<ParameterIn<Template>, string>>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
}

type ParameterIn<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterIn<Rest>
  : never;

const noQuery = z.strictObject({});
const noBody = z.unknown();

/** Declares an operation. It gets its input validated by its schemas. */
export function manageRow<
  Template extends string,
  Query extends z.ZodType = typeof noQuery,
  Body extends z.ZodType = typeof noBody,
>(row: Declared<Template, Query, Body>): ManageRow {
  const { query = noQuery, body, answer } = row;
  return {
    status: answer ? 200 : 204,
    ...row,
    query,
    prepare(request) {
      const input = {
        params: request.params,
        query: parseInput(query, Object.fromEntries(request.query), 'Parameter'),
        body: body ? parseInput(body, request.body) : undefined,
      };
      return (context) => row.run(context, input as Input<Template, Query, Body>) as ReturnType<Perform>;
    },
  };
}

/** The codes with which the management API answers each kind of KeyError. */
export const keyErrorCodes = {
  absent: 'notFound',
  exhausted: 'conflict',
  validity: 'invalidValue',
} as const satisfies Record<KeyErrorKind, ErrorCode>;

/** Awaits an answer; converts a KeyError, EndingError, IdentifierError or TrustError to a ScimError. */
export async function inScimWords<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof KeyError)
      throw new ScimError(keyErrorCodes[cause.kind], { detail: cause.message, cause });
    if (cause instanceof IdentifierError) {
      throw new ScimError('uniqueness', { detail: cause.message, cause });
    }
    if (cause instanceof TrustError || cause instanceof EndingError)
      throw new ScimError('conflict', { detail: cause.message, cause });
    throw cause;
  }
}

/** Retrieves the tenant that a path names; rejects with ScimError `notFound`. */
export async function requireTenant(
  { tenants }: Pick<ManageContext, 'tenants'>,
  params: { readonly tenant: string },
): Promise<Tenant> {
  const tenant = await tenants.retrieve(params.tenant);
  if (tenant) return tenant;
  throw noTenant();
}

/** Creates the error for a path with an unknown tenant. */
export function noTenant(): ScimError {
  return notFound('There is no tenant with this id: GET …/tenants lists them');
}
