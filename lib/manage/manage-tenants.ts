import * as z from 'zod';
import { limits } from '../limits.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { type Tenant, tenantSchema } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { isKeySource, type Trust } from '../tenants/trust.ts';
import { TrustError } from '../tenants/trust-error.ts';
import { parseInput } from './parse-input.ts';

interface TenantParts {
  readonly tenants: Tenants;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** The ids of the packs that a tenant can have. */
  readonly packs: readonly string[];
  /** The hosts that trusts may fetch keys from. */
  readonly federationHosts: readonly string[];
}

const createSchema = z.strictObject(tenantSchema.pick({ name: true, policy: true }).shape);

/** Creates a tenant from `{name, policy?}`. */
export const createTenant =
  ({ tenants, baseUrl, packs, federationHosts }: TenantParts) =>
  async ({ body }: { body: unknown }): Promise<JsonObject> => {
    const input = parseInput(createSchema, body);
    requirePacks(input.policy.endpoint.packs, packs);
    requireKeySources(input.policy.trusts, federationHosts);
    const tenant = await withFreeTrusts(tenants.create(input));
    return tenantView(tenant, baseUrl);
  };

function requirePacks(wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new ScimError('invalidValue', {
    detail: `policy.endpoint.packs names "${unknown.slice(0, 64)}": this deployment has ${known.join(', ')}`,
  });
}

/** Throws ScimError `invalidValue` for a trust whose keys this deployment does not fetch. */
export function requireKeySources(trusts: readonly Trust[], hosts: readonly string[]): void {
  const position = trusts.findIndex(({ jwksUri }) => !isKeySource(jwksUri, hosts));
  if (position < 0) return;
  throw new ScimError('invalidValue', {
    detail:
      `policy.trusts.${position}.jwksUri is not at a host that this deployment fetches keys from: ` +
      `by HTTPS from ${hosts.join(', ')} (FEDERATION_HOSTS)`,
  });
}

/** Waits for a change of a tenant; a trust that is another's becomes ScimError `conflict`. */
export async function withFreeTrusts<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    throw new ScimError('conflict', { detail: error.message, cause: error });
  }
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
