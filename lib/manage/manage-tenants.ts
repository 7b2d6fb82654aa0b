import { z } from 'zod';
import { limits } from '../limits.ts';
import type { JsonObject } from '../scim/json.ts';
import { type Tenant, tenantSchema } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { parseInput } from './parse-input.ts';

interface TenantParts {
  readonly tenants: Tenants;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
}

const createSchema = z.strictObject(
  tenantSchema.pick({ name: true, path: true, profile: true, policy: true }).shape,
);

/** Creates a tenant from `{name, path?, profile?, policy?}`. */
export const createTenant =
  ({ tenants, baseUrl }: TenantParts) =>
  async ({ body }: { body: unknown }): Promise<JsonObject> => {
    const tenant = await tenants.create(parseInput(createSchema, body));
    return tenantView(tenant, baseUrl);
  };

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
export function tenantUrl({ path }: Tenant, baseUrl: string): string {
  return `${baseUrl}${path}`;
}

function tenantView(tenant: Tenant, baseUrl: string): JsonObject {
  const { id, name, profile, path, enabled } = tenant;
  return { id, name, profile, path, enabled, tenantUrl: tenantUrl(tenant, baseUrl) };
}
