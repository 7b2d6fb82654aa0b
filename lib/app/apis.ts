import { watchEventLoop } from '../base/watch-event-loop.ts';
import { activationHandler } from '../http/activation.ts';
import { FairShare } from '../http/fair-share.ts';
import type { Handler } from '../http/handler.ts';
import { factsOfRefusal, factsOfRefusedGrant, factsOfRequest, signOf } from '../http/outcome.ts';
import { type Admission, createPipeline, type Exchange, type Outcome } from '../http/pipeline.ts';
import { createCost } from '../http/request-cost.ts';
import { findOperation, only, rowNamed } from '../http/routes.ts';
import { scimRoutes } from '../http/scim/scim-routes.ts';
import { oauthForm, signingHubForm, type TokenEndpoint, tokenHandler } from '../http/token-handler.ts';
import { createActivation } from '../notifications/activation.ts';
import { createConcern } from '../provisioning/accounts.ts';
import type { Context } from '../provisioning/context.ts';
import { notFound } from '../scim/errors.ts';
import { profileTraits } from '../scim/quirks/traits.ts';
import { endpointPaths } from '../tenants/policy.ts';
import { logRequest, pipelineParts } from './request-log.ts';
import { services } from './services.ts';
import { catalogue, config, elapsed, log, now } from './start.ts';

/** Logs that accounts could not follow a change. The change is stored, and the timer settles the accounts. */
const logUnsettled = (cause: unknown) => log('warning', { event: 'unsettled', cause });

async function audit(outcome: Outcome<Context>): Promise<void> {
  const { admission, response } = outcome;
  // Nothing was done, and the client sends it again. A record of each would add to what is too much.
  if (response.status === 429) return;
  if (admission) {
    const { requestAudit, noteClient } = await services();
    const { tenant, directory } = admission.context;
    const sign = signOf(outcome);
    await Promise.all([
      requestAudit.answered(factsOfRequest(outcome, admission), tenant.policy.audit.level),
      sign && noteClient({ tenant, sign, actor: directory.actor }),
    ]);
    return;
  }
  const refused = factsOfRefusal(outcome);
  if (refused) await (await services()).requestAudit.credentialRefused(refused);
}

// An instance whose clock is set back would otherwise stay busy until it has caught up.
const fairShare = new FairShare(config.tenantRate, elapsed, watchEventLoop(elapsed));

const scim = createPipeline<Context>({
  ...pipelineParts,
  endpointPaths,
  authenticate: authenticateClient,
  takeTurn: (tenant) => fairShare.enter(tenant),
  audit,
});

async function authenticateClient({ head, ids, notes, cost }: Exchange): Promise<Admission<Context>> {
  if (head.endpointPath === undefined) {
    const last = endpointPaths.at(-1);
    throw notFound(
      `No endpoint is at this path: a Tenant URL ends in ${endpointPaths.slice(0, -1).join(', ')} or ${last}, in ` +
        'small letters. Ask the provider who gave you the token for yours',
    );
  }
  const { authenticate, directoryOf, passwords, fingerprint, sealer } = await services();
  const authorization = head.header('authorization');
  const principal = await authenticate(authorization, head.endpointPath, ids.requestId);
  if (authorization?.startsWith('muster_')) notes.met(['key-without-bearer']);
  const { tenant, credential, scopes, subject } = principal;
  const { requestId, clientRequestId } = ids;
  const { concern, settle } = createConcern(tenant);
  const actor = { credential, requestId, clientRequestId, notes };
  const { profile, path } = tenant.policy.endpoint;
  const context: Context = {
    tenant,
    subject,
    profile,
    traits: profileTraits[profile],
    types: catalogue.typesOf(tenant.policy.endpoint),
    directory: directoryOf(tenant, { cost, actor, concern }),
    passwords,
    fingerprint,
    sealer,
    notes,
    baseUrl: config.publicBaseUrl + path,
  };
  const finish = () => settle(context).catch(logUnsettled);
  return { context, scopes, tenant: tenant.id, credential, finish };
}

const scimTable = scimRoutes(catalogue.customTypes);

/** The handler of one function of the SCIM API. */
export const scimHandler = (name: string): Handler => scim(only(rowNamed(name, scimTable)));

/** The handler of all other requests: other endpoint paths, unknown paths and unknown methods. */
export const fallback = scim((head) => findOperation(scimTable, head));

const tokenEndpoint: TokenEndpoint = {
  log: logRequest,
  now,
  async audit(thrown, requestId) {
    const refused = factsOfRefusedGrant(thrown, requestId);
    if (refused) await (await services()).requestAudit.credentialRefused(refused);
  },
  grantToken: async (request) => (await services()).grantToken(request),
};

/** The handler of the token endpoint. */
export const token = tokenHandler(tokenEndpoint, oauthForm);
/** The handler of the token endpoint at SigningHub's path. */
export const signingHubToken = tokenHandler(tokenEndpoint, signingHubForm);

/** The handler of the page that invitations link to. */
export const activate = activationHandler({
  async activation() {
    const { links, tenants, accountsOf, newId } = await services();
    const work = () => ({ cost: createCost(), actor: { credential: 'activation', requestId: newId() } });
    return createActivation({ links, tenants, accountsOf: (tenant) => accountsOf(tenant, work()) });
  },
  log(line) {
    log(line.status >= 500 ? 'error' : 'information', { event: 'activation', ...line });
  },
});
