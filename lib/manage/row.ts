import * as z from 'zod';
import type { AccountScope } from '../accounts/scope.ts';
import type { Trail } from '../audit/query.ts';
import type { DirectoryScope } from '../directory/scope.ts';
import { KeyError, type KeyErrorKind } from '../keys/key-error.ts';
import type { Keys } from '../keys/keys.ts';
import type { Links } from '../notifications/links.ts';
import { type ErrorCode, ScimError } from '../scim/errors.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { TrustError } from '../tenants/trust-registry.ts';
import { parseInput } from './parse-input.ts';

/** What management operations work in, for one request. */
export interface ManageContext {
  readonly tenants: Tenants;
  readonly keys: Keys;
  readonly links: Pick<Links, 'openToken'>;
  readonly trail: Trail;
  readonly directoryOf: (tenant: Tenant) => DirectoryScope;
  readonly accountsOf: (tenant: Tenant) => AccountScope;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** The packs that a tenant can have, and the resource types that it has with some of them. */
  readonly catalogue: {
    readonly packs: readonly { readonly id: string }[];
    typesOf(endpoint: Policy['endpoint']): readonly ResourceType[];
  };
  /** The hosts that the keys of trusts may be fetched from. */
  readonly federationHosts: readonly string[];
  /** Who acts, for the record. */
  readonly operator: string;
}

/** A request as it arrives, by the names in the template, in the query and in the body. */
interface ManageRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonValue;
}

/** Carries out a request that is understood. */
export type Perform = (context: ManageContext) => Promise<JsonObject | undefined>;

/** All that is known about one management operation; its function and its description come from here. */
export interface ManageRow {
  /** The function's name; the host tries functions in the order of their names. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Such as `tenants/{tenant}/keys`. */
  readonly template: string;
  readonly summary: string;
  readonly status: 200 | 201 | 202 | 204;
  readonly query: z.ZodType;
  /** Absent where none is read. */
  readonly body?: z.ZodType;
  /** Absent where the answer is empty. */
  readonly answer?: z.ZodType;
  /** Throws ScimError `invalidSyntax` or `invalidValue`, naming the property. */
  prepare(request: ManageRequest): Perform;
}

interface Declared<Template extends string, Query extends z.ZodType, Body extends z.ZodType>
  extends Omit<ManageRow, 'query' | 'prepare'> {
  readonly template: Template;
  readonly query?: Query;
  readonly body?: Body;
  /** Answers a plain object, of which JSON leaves out what is undefined. */
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

/** Declares an operation, which is given what its schemas let through. */
export function manageRow<
  Template extends string,
  Query extends z.ZodType = typeof noQuery,
  Body extends z.ZodType = typeof noBody,
>(row: Declared<Template, Query, Body>): ManageRow {
  const { query = noQuery, body } = row;
  return {
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

const codes = {
  absent: 'notFound',
  exhausted: 'conflict',
  validity: 'invalidValue',
} as const satisfies Record<KeyErrorKind, ErrorCode>;

/** Passes on an answer, with the refusals of keys and trusts as ScimErrors. */
export async function inScimWords<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof KeyError) throw new ScimError(codes[cause.kind], { detail: cause.message, cause });
    if (cause instanceof TrustError) throw new ScimError('conflict', { detail: cause.message, cause });
    throw cause;
  }
}

/** Reads the tenant that a path names; throws ScimError `notFound`. */
export async function requireTenant(
  { tenants }: Pick<ManageContext, 'tenants'>,
  params: { readonly tenant: string },
): Promise<Tenant> {
  const tenant = await tenants.retrieve(params.tenant);
  if (tenant) return tenant;
  throw noTenant();
}

/** The refusal of a path that names no tenant. */
export function noTenant(): ScimError {
  return new ScimError('notFound', { detail: 'There is no tenant of this id' });
}
