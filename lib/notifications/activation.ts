import { type Account, type AccountState, accountOf } from '../accounts/account.ts';
import { readAccount } from '../accounts/links.ts';
import type { AccountScope } from '../accounts/scope.ts';
import { writeAccount } from '../accounts/write-account.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { productOf, type Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { LinkContent, Links } from './links.ts';

/**
 * The result of following an invitation. `ready`: the account can be activated. `activated`: it has just been
 * activated. `active`: it was active before. `inactive`: it is disabled or held. `gone`: the account no
 * longer exists, or its address has changed. `expired`: the link is too old. `unknownLink`: Muster did not
 * make the link.
 */
export type ActivationOutcome =
  | 'ready'
  | 'activated'
  | 'active'
  | 'inactive'
  | 'gone'
  | 'expired'
  | 'unknownLink';

/** The result of a visit to an invitation's link. */
export interface Visit {
  readonly outcome: ActivationOutcome;
  /** The name of the product, if the link names a tenant. */
  readonly product?: string;
  /** The id of the tenant, for the log. */
  readonly tenant?: string;
  /** The id of the account, for the log. */
  readonly account?: string;
}

interface ActivationServices {
  readonly links: Links;
  readonly tenants: Pick<Tenants, 'retrieve'>;
  readonly accountsOf: (tenant: Tenant) => AccountScope;
}

/** The steps of an activation. Promises reject with StoreError. */
export interface Activation {
  /** Looks up the account of a link. It changes nothing, because mail scanners follow links too. */
  look(token: string): Promise<Visit>;
  /** Activates the account of a link. */
  activate(token: string): Promise<Visit>;
}

/** Creates the steps by which owners of invited accounts activate them with the links in their mails. */
export function createActivation(services: ActivationServices): Activation {
  return {
    look: (token) =>
      visit(services, token, async (scope, { account, isFor }) => {
        const found = (await readAccount(scope, account))?.document;
        if (!found || !isFor(found)) return 'gone';
        return found.state === 'invited' ? 'ready' : outcomeOf(found.state);
      }),
    activate: (token) =>
      visit(services, token, async (scope, { account, isFor }) => {
        const state = await activateAccount(scope, account, isFor);
        return state === 'activated' ? state : outcomeOf(state);
      }),
  };
}

async function visit(
  { links, tenants, accountsOf }: ActivationServices,
  token: string,
  follow: (scope: AccountScope, content: LinkContent) => Promise<ActivationOutcome>,
): Promise<Visit> {
  const content = await links.openToken('activation', token);
  if (!content) return { outcome: 'unknownLink' };
  const { account, isExpired } = content;
  const tenant = await tenants.retrieve(content.tenant);
  if (!tenant?.enabled) return { outcome: 'gone' };
  const known = { product: productOf(tenant), tenant: tenant.id, account };
  return { outcome: isExpired ? 'expired' : await follow(accountsOf(tenant), content), ...known };
}

function outcomeOf(state: AccountState | undefined): ActivationOutcome {
  if (state === 'active') return 'active';
  return state === 'disabled' || state === 'held' ? 'inactive' : 'gone';
}

/**
 * Activates an invited account. An account in another state stays as it is.
 *
 * Yields `activated`, or the state of the account. `undefined` if there is no account or `isMeant` refuses
 * it. Throws StoreError.
 */
export function activateAccount(
  scope: AccountScope,
  id: string,
  isMeant: (account: Account) => boolean = () => true,
): Promise<AccountState | 'activated' | undefined> {
  return retryLostRace(async () => {
    const stored = await readAccount(scope, id);
    const before = stored && accountOf(stored.document);
    if (!before || !isMeant(before)) return undefined;
    if (before.state !== 'invited') return before.state;
    const after: Account = { ...before, state: 'active', activated: true };
    const obstacle = await writeAccount(scope, { id, before: stored, after, operation: 'activate' });
    return obstacle ? before.state : 'activated';
  }, unavailable);
}
