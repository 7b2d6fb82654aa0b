import { catalogue, config, log, now, parts } from './app.ts';
import { createPipeline } from './http/pipeline.ts';
import { type Api, registerFallback, registerRoutes } from './http/register.ts';
import type { RequestLine } from './http/request-line.ts';
import type { Route } from './http/routes.ts';
import { resourceRoutes } from './http/scim-routes.ts';
import { openLinks } from './mailing.ts';
import { type ManageOperations, manageOperations } from './manage/operations.ts';
import { createConcern } from './provisioning/accounts.ts';
import type { Context } from './provisioning/context.ts';
import { ScimError } from './scim/errors.ts';
import { profileTraits } from './scim/quirks/traits.ts';
import { endpointPaths } from './tenants/policy.ts';
import type { Tenant } from './tenants/tenant.ts';

const logRequest = ({ cause, ...line }: RequestLine) =>
  log(line.status >= 500 ? 'error' : 'information', { ...line, ...(cause !== undefined && { cause }) });

/** The change itself is done, and the timer settles what follows from it. */
const logUnsettled = (cause: unknown) => log('warning', { event: 'unsettled', cause });

const shared = { log: logRequest, now, showCost: config.showCost };

const scim: Api<Context> = {
  prefix: 'scim/v2',
  authLevel: 'anonymous',
  pipeline: createPipeline<Context>({
    ...shared,
    endpointPaths,
    async admit({ endpointPath, header }, { id, cost, note, fired }) {
      if (endpointPath === undefined)
        throw new ScimError('notFound', { detail: 'There is nothing at this path' });
      const { authenticate, directoryOf, passwords, fingerprint, sealer } = await parts();
      const authorization = header('authorization');
      const { tenant, ...principal } = await authenticate(authorization, endpointPath);
      if (authorization?.startsWith('muster_')) note(['key-without-bearer']);
      const { credential } = principal;
      const { concern, settle } = createConcern(tenant);
      const actor = { credential, requestId: id, fired };
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

const management: Api<ManageOperations> = {
  prefix: 'manage',
  authLevel: 'function',
  pipeline: createPipeline<ManageOperations>({
    ...shared,
    endpointPaths: ['/manage'],
    async admit(_head, { id, cost }) {
      const { tenants, keys, directoryOf } = await parts();
      const work = { cost, actor: { credential: 'management', requestId: id } };
      const context = manageOperations({
        tenants,
        keys,
        links: await openLinks(),
        packs: catalogue.packs.map((pack) => pack.id),
        baseUrl: config.publicBaseUrl,
        directoryOf: (tenant: Tenant) => directoryOf(tenant, work),
      });
      return { context, scopes: ['manage'], profile: 'strict', types: [] };
    },
  }),
};

/** The rows of the resource types that packs add. */
export const customRoutes = catalogue.customTypes.flatMap(resourceRoutes);

/** Registers the functions of a route table below the path that an endpoint has by default. */
export function serveScim(routes: readonly Route<Context>[]): void {
  registerRoutes(routes, scim);
}

/** Registers the function that answers what no other takes: other endpoint paths, unknown paths and methods. */
export function serveFallback(name: string, routes: readonly Route<Context>[]): void {
  registerFallback(name, routes, scim);
}

/** Registers the functions of the management API, which the host guards with its function key. */
export function serveManage(routes: readonly Route<ManageOperations>[]): void {
  registerRoutes(routes, management);
}
