import type { Handler } from '../http/handler.ts';
import type { Head } from '../http/head.ts';
import { manageRoutes } from '../http/manage-routes.ts';
import { createPipeline } from '../http/pipeline.ts';
import { findOperation, only, rowNamed } from '../http/routes.ts';
import type { ManageContext } from '../manage/row.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { shared } from './apis.ts';
import { services } from './services.ts';
import { catalogue, config } from './start.ts';

/** An operator, as the audit trail names them, and their credential, as the log names it. */
interface Operator {
  readonly operator: string;
  readonly credential: string;
}

/** Makes the pipeline of the management API at a path. `operatorOf` authenticates, or throws ScimError. */
function management(
  prefix: string,
  operatorOf: (head: Head, requestId: string) => Promise<Operator>,
): ReturnType<typeof createPipeline<ManageContext>> {
  return createPipeline<ManageContext>({
    ...shared,
    endpointPaths: [`/${prefix}`],
    async authenticate({ head, ids: { requestId }, cost }) {
      const { operator, credential } = await operatorOf(head, requestId);
      const { tenants, keys, links, trail, directoryOf, accountsOf } = await services();
      const actor = { credential, requestId };
      const work = { cost, actor };
      const context = {
        tenants,
        keys,
        links,
        trail,
        catalogue,
        baseUrl: config.publicBaseUrl,
        operator,
        actor,
        federationHosts: config.federationHosts,
        directoryOf: (tenant: Tenant) => directoryOf(tenant, work),
        accountsOf: (tenant: Tenant) => accountsOf(tenant, work),
      };
      const tenant = await tenantIn(head, tenants);
      return { context, scopes: ['manage'], credential, tenant: tenant?.id };
    },
  });
}

/** The tenant that a path names. The log gets its id only if the tenant exists. */
async function tenantIn({ segments: [first, id] }: Head, tenants: Tenants): Promise<Tenant | undefined> {
  return first === 'tenants' && id ? tenants.retrieve(id) : undefined;
}

const manage = management('manage', async () => ({ operator: 'function key', credential: 'management' }));

/** The handler of one function of the management API, which the host guards with its function key. */
export const manageHandler = (name: string): Handler => manage(only(rowNamed(name, manageRoutes)));

const operate = management('operate', async ({ header }, requestId) => {
  const { authenticateOperator } = await services();
  const operator = await authenticateOperator(header('authorization'), requestId);
  return { operator, credential: operator };
});

/** The handler of the management API for operators with tokens of Entra ID. */
export const operateHandler = operate((head) => findOperation(manageRoutes, head));
