import { randomBytes } from 'node:crypto';
import { app, type HttpHandler } from '@azure/functions';
import { v7 as newId } from 'uuid';
import { deliverEvents } from './audit/deliver-events.ts';
import { createAuthenticator } from './auth/authenticate.ts';
import { readConfig } from './config.ts';
import { maintainDirectory } from './directory/maintenance.ts';
import { createPageMarks } from './directory/page-marks.ts';
import type { Actor, DirectoryScope } from './directory/scope.ts';
import { uniqueAttributesOf } from './directory/unique-values.ts';
import type { Head } from './http/head.ts';
import { createPipeline } from './http/pipeline.ts';
import type { RequestLine } from './http/request-line.ts';
import { findOperation, matchTemplate, type Route } from './http/routes.ts';
import { resourceRoutes } from './http/scim-routes.ts';
import { createFingerprint } from './keys/fingerprint.ts';
import { createKeys } from './keys/keys.ts';
import { createLocalSecretStore } from './keys/local-secret-store.ts';
import { createSealer } from './keys/sealer.ts';
import type { SecretStore } from './keys/secret-store.ts';
import { createLog } from './log.ts';
import { type ManageOperations, manageOperations } from './manage/operations.ts';
import { createCatalogue } from './packs/catalogue.ts';
import { loadPacks } from './packs/load-packs.ts';
import type { Context } from './provisioning/context.ts';
import { createPasswords } from './provisioning/password.ts';
import { ScimError } from './scim/errors.ts';
import { profileTraits } from './scim/quirks/traits.ts';
import type { DocumentStore } from './store/document-store.ts';
import { endpointPaths, type Tenant } from './tenants/tenant.ts';
import { createTenants } from './tenants/tenants.ts';

const config = readConfig();
const now = Date.now;
const log = createLog(config.logLevel);
const catalogue = createCatalogue(loadPacks(config.packsFolder));
const store = await openStore();

const secrets = await openSecrets();
const fingerprint = createFingerprint(secrets);
const sealer = createSealer({ secrets, name: 'cursor-v1', randomBytes });
const passwords = createPasswords({ randomBytes });
const marks = createPageMarks();
const tenants = createTenants({ store, now, newId });
const keys = createKeys({
  store,
  secrets,
  holders: tenants,
  now,
  randomBytes,
  log: (message, cause) => log('warning', { event: 'keys', message, cause }),
});
const authenticate = createAuthenticator({
  keys,
  tenants,
  now,
  log: (refusal) => log('warning', { event: 'refused', ...refusal }),
});

async function openStore(): Promise<DocumentStore> {
  if (config.store.engine === 'embedded') {
    const { openEmbeddedStore } = await import('./store/embedded.ts');
    return openEmbeddedStore({ path: config.store.folder });
  }
  const { access, ...account } = config.store;
  const { ensureContainers, openCosmosStore } = await import('./store/cosmos.ts');
  if ('key' in access) {
    await ensureContainers({ ...account, auth: access });
    return openCosmosStore({ ...account, auth: access, newId });
  }
  return openCosmosStore({ ...account, auth: { credential: await identify(access) }, newId });
}

async function openSecrets(): Promise<SecretStore> {
  if (config.secrets.kind === 'local') return createLocalSecretStore({ store, randomBytes });
  const { uri, access } = config.secrets;
  const { createKeyVaultSecretStore } = await import('./keys/key-vault.ts');
  const auth = 'token' in access ? access : { credential: await identify(access) };
  return createKeyVaultSecretStore({ uri, auth, store, randomBytes });
}

async function identify(access: { readonly clientId: string }) {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  return new ManagedIdentityCredential(access);
}

const typesOf = ({ policy }: Tenant) => catalogue.typesOf(policy.packs);

function directoryOf(tenant: Tenant, work: { store: DocumentStore; actor: Actor }): DirectoryScope {
  const declared = uniqueAttributesOf(typesOf(tenant));
  const uniqueAttributes = tenant.policy.uniqueGroupNames
    ? { ...declared, Group: ['displayName'] }
    : declared;
  return { tenantId: tenant.id, now, newId, marks, uniqueAttributes, ...work };
}

const logRequest = ({ cause, ...line }: RequestLine) =>
  log(line.status >= 500 ? 'error' : 'information', { ...line, ...(cause !== undefined && { cause }) });

const scimPipeline = createPipeline<Context>({
  endpointPaths,
  async admit({ endpointPath, header }, { id, cost, note }) {
    if (endpointPath === undefined)
      throw new ScimError('notFound', { detail: 'There is nothing at this path' });
    const authorization = header('authorization');
    const { tenant, ...principal } = await authenticate(authorization, endpointPath);
    if (authorization?.startsWith('muster_')) note(['key-without-bearer']);
    const { credential } = principal;
    const actor = { credential, requestId: id };
    const directory = directoryOf(tenant, { store: store.metered(cost), actor });
    const types = typesOf(tenant);
    const traits = profileTraits[tenant.profile];
    const baseUrl = config.publicBaseUrl + tenant.path;
    const context = { tenant, traits, types, directory, passwords, fingerprint, sealer, note, baseUrl };
    return { context, profile: tenant.profile, types, tenant: tenant.id, ...principal };
  },
  log: logRequest,
  now,
  showCost: config.showCost,
});

const managePipeline = createPipeline<ManageOperations>({
  endpointPaths: ['/manage'],
  async admit(_head, { id, cost }) {
    const work = { store: store.metered(cost), actor: { credential: 'management', requestId: id } };
    const parts = {
      tenants,
      keys,
      packs: catalogue.packs.map((pack) => pack.id),
      baseUrl: config.publicBaseUrl,
      directoryOf: (tenant: Tenant) => directoryOf(tenant, work),
    };
    return { context: manageOperations(parts), scopes: ['manage'], profile: 'strict', types: [] };
  },
  log: logRequest,
  now,
  showCost: config.showCost,
});

app.setup({ enableHttpStream: true });
app.hook.appTerminate(() => store.close());

/** Registers the functions of a route table below the path that an endpoint has by default. */
export function serveScim(routes: readonly Route<Context>[]): void {
  serve(routes, {
    prefix: 'scim/v2',
    authLevel: 'anonymous',
    handlerOf: (route) => scimPipeline(only(route)),
  });
}

/** The rows of the resource types that packs add. */
export const customRoutes = catalogue.customTypes.flatMap(resourceRoutes);

/** Registers the functions of the management API, which the host guards with its function key. */
export function serveManage(routes: readonly Route<ManageOperations>[]): void {
  serve(routes, {
    prefix: 'manage',
    authLevel: 'function',
    handlerOf: (route) => managePipeline(only(route)),
  });
}

/** Registers the function that answers what no other takes: other endpoint paths, unknown paths and methods. */
export function serveFallback(name: string, routes: readonly Route<Context>[]): void {
  app.http(name, {
    route: '{*path}',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    authLevel: 'anonymous',
    handler: scimPipeline((head) => findOperation(routes, head)),
  });
}

function serve<C>(
  routes: readonly Route<C>[],
  how: { prefix: string; authLevel: 'anonymous' | 'function'; handlerOf: (route: Route<C>) => HttpHandler },
): void {
  for (const route of routes) {
    app.http(route.name, {
      route: route.template === '' ? how.prefix : `${how.prefix}/${route.template}`,
      methods: [...route.methods],
      authLevel: how.authLevel,
      handler: how.handlerOf(route),
    });
  }
}

/** The host has matched the route already, though it compares its words without case. */
const only =
  <C>(route: Route<C>) =>
  (head: Head) => {
    const params = matchTemplate(route.template, head.segments);
    return params ? { operation: route.operation, params } : findOperation<C>([], head);
  };

/** Finishes what requests began and moves events into the audit trail; safe to run twice or beside requests. */
export async function maintain(): Promise<void> {
  const scopeOf = (tenantId: string): DirectoryScope => ({
    tenantId,
    store,
    now,
    newId,
    marks,
    uniqueAttributes: {},
    actor: { credential: 'timer', requestId: newId() },
  });
  await maintainDirectory({ store, now, scopeOf });
  await deliverEvents(store, now);
}

/** Whether the service provider can answer: asks the store. */
export async function checkHealth(): Promise<void> {
  await store.read({ container: 'tenants', tenantId: '_registry', kind: 'tenant-ref', id: '_health' });
}
