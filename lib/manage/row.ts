import * as z from 'zod';
import type { AccountScope } from '../accounts/scope.ts';
import type { Trail } from '../audit/query.ts';
import type { DirectoryScope } from '../directory/scope.ts';
import type { Keys } from '../keys/keys.ts';
import type { Links } from '../notifications/links.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { parseInput } from './parse-input.ts';

/** The packs that a tenant can have, and the resource types that it has with some of them. */
export interface Catalogue {
  readonly packs: readonly { readonly id: string }[];
  typesOf(endpoint: Policy['endpoint']): readonly ResourceType[];
}

/** What management operations work in, for one request. */
export interface ManageParts {
  readonly tenants: Tenants;
  readonly keys: Keys;
  readonly links: Pick<Links, 'openToken'>;
  readonly trail: Trail;
  readonly directoryOf: (tenant: Tenant) => DirectoryScope;
  readonly accountsOf: (tenant: Tenant) => AccountScope;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  readonly catalogue: Catalogue;
  /** The hosts that the keys of trusts may be fetched from. */
  readonly federationHosts: readonly string[];
  /** Who acts, for the record. */
  readonly operator: string;
}

/** A request as it arrives, by the names in the template, in the query and in the body. */
export interface ManageRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonValue;
}

/** Carries out a request that is understood. */
export type Perform = (parts: ManageParts) => Promise<JsonObject | undefined>;

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

interface Declared<Query extends z.ZodType, Body extends z.ZodType>
  extends Omit<ManageRow, 'query' | 'body' | 'prepare'> {
  readonly query?: Query;
  readonly body?: Body;
  run(parts: ManageParts, input: Input<Query, Body>): Promise<JsonObject | undefined>;
}

interface Input<Query extends z.ZodType, Body extends z.ZodType> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
}

const noQuery = z.strictObject({});
const noBody = z.unknown();

/** Declares an operation, which is given what its schemas let through. */
export function manageRow<Query extends z.ZodType = typeof noQuery, Body extends z.ZodType = typeof noBody>({
  run,
  query,
  body,
  ...row
}: Declared<Query, Body>): ManageRow {
  const querySchema = query ?? noQuery;
  return {
    ...row,
    query: querySchema,
    ...(body && { body }),
    prepare({ params, query: sent, body: content }) {
      const input = {
        params,
        query: parseInput(querySchema, Object.fromEntries(sent), 'Parameter'),
        body: body ? parseInput(body, content) : content,
      };
      return (parts) => run(parts, input as Input<Query, Body>);
    },
  };
}

/** Reads the tenant that a path names; throws ScimError `notFound`. */
export async function requireTenant(
  { tenants }: Pick<ManageParts, 'tenants'>,
  params: Readonly<Record<string, string>>,
): Promise<Tenant> {
  const tenant = await tenants.retrieve(params.tenant ?? '');
  if (tenant) return tenant;
  throw noTenant();
}

/** The refusal of a path that names no tenant. */
export function noTenant(): ScimError {
  return new ScimError('notFound', { detail: 'There is no tenant of this id' });
}
