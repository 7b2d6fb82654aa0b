import * as z from 'zod';
import { limits } from '../limits.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { type Tenant, tenantSchema } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { parseInput } from './parse-input.ts';

interface TenantParts {
  readonly tenants: Tenants;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** The ids of the packs that a tenant can have. */
  readonly packs: readonly string[];
}

const createSchema = z.strictObject(tenantSchema.pick({ name: true, policy: true }).shape);

/** Creates a tenant from `{name, policy?}`. */
export const createTenant =
  ({ tenants, baseUrl, packs }: TenantParts) =>
  async ({ body }: { body: unknown }): Promise<JsonObject> => {
    const input = parseInput(createSchema, body);
    requirePacks(input.policy.endpoint.packs, packs);
    const tenant = await tenants.create(input);
    return tenantView(tenant, baseUrl);
  };

function requirePacks(wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new ScimError('invalidValue', {
    detail: `policy.endpoint.packs names "${unknown.slice(0, 64)}": this deployment has ${known.join(', ')}`,
  });
}

/** Lists a page of tenants as `{tenants, next?}`; `next` is what `after` asks for the following page. */
export const listTenants =
  ({ tenants, baseUrl }: TenantParts) =>
  async ({ after }: { after?: string | undefined } = {}): Promise<JsonObject> => {
    const page = await tenants.list({ after, limit: limits.pageSizeDefault });
    const next = page.more ? page.tenants.at(-1)?.id : undefined;
    const views = page.tenants.map((tenant) => tenantView(tenant, baseUrl));
    return { tenants: views, ...(next === undefined ? {} : { next }) };
  };

/** What an administrator pastes into the client's "Tenant URL". */
export function tenantUrl({ policy }: Tenant, baseUrl: string): string {
  return baseUrl + policy.endpoint.path;
}

function tenantView(tenant: Tenant, baseUrl: string): JsonObject {
  const { keys: _, ...view } = tenant;
  return { ...view, tenantUrl: tenantUrl(tenant, baseUrl) };
}
