import type { Head } from '../http/head.ts';
import { factsOf } from '../http/outcome.ts';
import { createPipeline, type Outcome } from '../http/pipeline.ts';
import { type Api, registerRoutes, registerTogether } from '../http/register.ts';
import { levelOf, type RequestLine } from '../http/request-line.ts';
import type { Route } from '../http/routes.ts';
import { resourceRoutes } from '../http/scim/scim-routes.ts';
import type { TokenEndpoint } from '../http/token-handler.ts';
import type { ManageParts } from '../manage/row.ts';
import { createConcern } from '../provisioning/accounts.ts';
import type { Context } from '../provisioning/context.ts';
import { ScimError } from '../scim/errors.ts';
import { profileTraits } from '../scim/quirks/traits.ts';
import { endpointPaths } from '../tenants/policy.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { openLinks } from './mailing.ts';
import { catalogue, config, log, now, parts } from './services.ts';

const logRequest = (line: RequestLine) => log(levelOf(line), line);

/** The change itself is done, and the timer settles what follows from it. */
const logUnsettled = (cause: unknown) => log('warning', { event: 'unsettled', cause });

async function audit(outcome: Outcome<Context>): Promise<void> {
  const answered = factsOf(outcome);
  if (!answered || answered.facts.length === 0) return;
  const { auditRequest } = await parts();
  await auditRequest(answered);
}

const shared = { log: logRequest, now, showCost: config.showCost };

const scim: Api<Context> = {
  prefix: 'scim/v2',
  authLevel: 'anonymous',
  pipeline: createPipeline<Context>({
    ...shared,
    endpointPaths,
    audit,
    async admit({ endpointPath, header }, { id, clientRequestId, cost, note, fired, changed }) {
      if (endpointPath === undefined)
        throw new ScimError('notFound', { detail: 'There is nothing at this path' });
      const { authenticate, directoryOf, passwords, fingerprint, sealer } = await parts();
      const authorization = header('authorization');
      const { tenant, ...principal } = await authenticate(authorization, endpointPath, id);
      if (authorization?.startsWith('muster_')) note(['key-without-bearer']);
      const { credential } = principal;
      const { concern, settle } = createConcern(tenant);
      const client = clientRequestId === undefined ? {} : { clientRequestId };
      const actor = { credential, requestId: id, ...client, fired, changed };
      const directory = directoryOf(tenant, { cost, actor, ...(concern && { concern }) });
      const types = catalogue.typesOf(tenant.policy.endpoint);
      const { profile, path } = tenant.policy.endpoint;
      const traits = profileTraits[profile];
      const baseUrl = config.publicBaseUrl + path;
      const context = { tenant, traits, types, directory, passwords, fingerprint, sealer, note, baseUrl };
      const finish = () => settle(context).catch(logUnsettled);
      return { context, profile, types, tenant: tenant.id, finish, ...principal };
    },
  }),
};

/** Who operates: for the record, and for the log. */
interface Operator {
  readonly operator: string;
  readonly credential: string;
}

/** The management API at a path, for whom `operatorOf` lets in. */
function management(
  prefix: string,
  operatorOf: (head: Head, requestId: string) => Promise<Operator>,
): ReturnType<typeof createPipeline<ManageParts>> {
  return createPipeline<ManageParts>({
    ...shared,
    endpointPaths: [`/${prefix}`],
    async admit(head, { id, cost }) {
      const { operator, credential } = await operatorOf(head, id);
      const { tenants, keys, trail, directoryOf, accountsOf } = await parts();
      const work = { cost, actor: { credential, requestId: id } };
      const context = {
        tenants,
        keys,
        links: await openLinks(),
        trail,
        catalogue,
        baseUrl: config.publicBaseUrl,
        operator,
        federationHosts: config.federationHosts,
        directoryOf: (tenant: Tenant) => directoryOf(tenant, work),
        accountsOf: (tenant: Tenant) => accountsOf(tenant, work),
      };
      const tenant = await tenantIn(head, tenants);
      const named = tenant && { tenant: tenant.id };
      return { context, scopes: ['manage'], profile: 'strict', types: [], credential, ...named };
    },
  });
}

/** The tenant that a path is about; what is no id of one stays out of the log. */
async function tenantIn({ segments: [first, id] }: Head, tenants: Tenants): Promise<Tenant | undefined> {
  return first === 'tenants' && id ? tenants.retrieve(id) : undefined;
}

/** What the token endpoint works with. */
export const tokenEndpoint: TokenEndpoint = {
  log: logRequest,
  now,
  grantToken: async (request) => (await parts()).grantToken(request),
};

/** The rows of the resource types that packs add. */
export const customRoutes = catalogue.customTypes.flatMap(resourceRoutes);

/** Registers the functions of a route table below the path that an endpoint has by default. */
export function serveScim(routes: readonly Route<Context>[]): void {
  registerRoutes(routes, scim);
}

/** Registers the function that answers what no other takes: other endpoint paths, unknown paths and methods. */
export function serveFallback(name: string, routes: readonly Route<Context>[]): void {
  registerTogether({ name, route: '{*path}' }, routes, scim);
}

/** Registers the functions of the management API, which the host guards with its function key. */
export function serveManage(routes: readonly Route<ManageParts>[]): void {
  const pipeline = management('manage', async () => ({ operator: 'function key', credential: 'management' }));
  registerRoutes(routes, { prefix: 'manage', authLevel: 'function', pipeline });
}

/** Registers the same for operators with tokens of Entra ID, where the deployment has such. */
export function serveOperate(name: string, routes: readonly Route<ManageParts>[]): void {
  if (!config.operators) return;
  const pipeline = management('operate', async ({ header }, requestId) => {
    const { authenticateOperator } = await parts();
    const operator = await authenticateOperator(header('authorization'), requestId);
    return { operator, credential: operator };
  });
  registerTogether({ name, route: 'operate/{*path}' }, routes, { authLevel: 'anonymous', pipeline });
}
