import type { Product } from '../auth/api-caller.ts';
import { limits } from '../base/limits.ts';
import { TokenBuckets } from '../base/token-buckets.ts';
import type { Handler } from '../http/handler.ts';
import type { Head } from '../http/head.ts';
import { apiRoutes, manageRoutes, operatorScopes, scopesOfAppKey } from '../http/manage-routes.ts';
import { createPipeline } from '../http/pipeline.ts';
import { findOperation, only, rowNamed } from '../http/routes.ts';
import { type ManageContext, noTenant } from '../manage/row.ts';
import { tooManyRequests } from '../scim/errors.ts';
import { appCredential } from '../store/change-document.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { pipelineParts } from './request-log.ts';
import { services } from './services.ts';
import { catalogue, config, elapsed } from './start.ts';

/** A caller of the management API. */
interface Caller extends Pick<ManageContext, 'operator' | 'product'> {
  /** The caller as the log names it. */
  readonly credential: string;
  readonly scopes: readonly string[];
}

/** Makes the pipeline of the management API at a path. `callerOf` authenticates, or throws ScimError. */
function management(prefix: string, callerOf: (head: Head, requestId: string) => Promise<Caller>) {
  return createPipeline<ManageContext>({
    ...pipelineParts,
    endpointPaths: [`/${prefix}`],
    async authenticate({ head, ids: { requestId }, cost }) {
      const { operator, product, credential, scopes } = await callerOf(head, requestId);
      const { openWebhooks, tenants, keys, links, trail, feed, directoryOf, accountsOf } = await services();
      const actor = { credential: product ? operator : credential, requestId };
      const work = { cost, actor };
      const context = {
        tenants,
        keys,
        links,
        trail,
        feed,
        webhooks: await openWebhooks(),
        catalogue,
        baseUrl: config.publicBaseUrl,
        operator,
        product,
        actor,
        federationHosts: config.federationHosts,
        directoryOf: (tenant: Tenant) => directoryOf(tenant, work),
        accountsOf: (tenant: Tenant) => accountsOf(tenant, work),
      };
      const tenant = await tenantIn(head, tenants);
      return { context, scopes, credential, tenant: tenant?.id };
    },
  });
}

/** The id of the tenant that a path names, whether there is one or not. */
function tenantIdIn({ segments: [first, id] }: Head): string | undefined {
  return first === 'tenants' ? id : undefined;
}

/** The tenant that a path names. The log gets its id only if the tenant exists. */
async function tenantIn(head: Head, tenants: Tenants): Promise<Tenant | undefined> {
  const id = tenantIdIn(head);
  return id ? tenants.retrieve(id) : undefined;
}

const functionKey: Caller = {
  operator: 'function key',
  credential: 'management',
  scopes: operatorScopes,
};

function callerAs(operator: string): Caller {
  return { operator, credential: operator, scopes: operatorScopes };
}

const manage = management('manage', async () => functionKey);

/** The handler of one function of the management API, which the host guards with its function key. */
export const manageHandler = (name: string): Handler => manage(only(rowNamed(name, manageRoutes)));

const operate = management('operate', async ({ header }, requestId) => {
  const { authenticateOperator } = await services();
  return callerAs(await authenticateOperator(header('authorization'), requestId));
});

/** The handler of the management API for operators with tokens of Entra ID. */
export const operateHandler = operate((head) => findOperation(manageRoutes, head));

const api = management('api/v1', async (head, requestId) => {
  const { authenticateApiCaller } = await services();
  const { product, operator } = await authenticateApiCaller(head.header('authorization'), requestId);
  return product ? callerWithKey(product, head) : callerAs(operator);
});

/** The handler of the management API for products with app keys and for operators with tokens of Entra ID. */
export const apiHandler = api((head) => findOperation(apiRoutes, head));

const appKeyRate = { perSecond: limits.appKeyRequestsPerSecond, burst: limits.appKeyRequestsBurst };
const appKeyBuckets = new TokenBuckets(appKeyRate, elapsed);

/** Throws ScimError `tooManyRequests` above the rate, and `notFound` for a path of a tenant that is not the key's. */
function callerWithKey({ keyId, label, access, tenantId }: Product, head: Head): Caller {
  const seconds = appKeyBuckets.take(keyId);
  if (seconds > 0) throw aboveRate(seconds);
  const named = tenantIdIn(head);
  // Before anything else is checked, so that a tenant of others looks like one that there is not.
  if (tenantId !== undefined && named !== undefined && named !== tenantId) throw noTenant();
  const scopes = scopesOfAppKey(access, tenantId);
  return { operator: appCredential(label), product: { keyId, label }, credential: keyId, scopes };
}

function aboveRate(seconds: number) {
  const detail =
    `This app key sends more than ${limits.appKeyRequestsPerSecond} requests a second: send this one again after ` +
    'Retry-After seconds, and fewer at once';
  return tooManyRequests(detail, seconds);
}
