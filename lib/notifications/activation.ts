import type { AccountState } from '../accounts/account.ts';
import { activateAccount } from '../accounts/activate-account.ts';
import { readAccount } from '../accounts/links.ts';
import type { AccountScope } from '../accounts/scope.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { LinkContent, Links } from './links.ts';

/**
 * What following an invitation comes to. `ready`: the account can be activated; `activated`: it was just now;
 * `active`: it was before; `inactive`: it is disabled or held; `gone`: there is no such account any more,
 * or its address is another by now.
 */
export type ActivationOutcome =
  | 'ready'
  | 'activated'
  | 'active'
  | 'inactive'
  | 'gone'
  | 'expired'
  | 'unknownLink';

/** What a person is shown who follows an invitation. */
export interface Visit {
  readonly outcome: ActivationOutcome;
  /** The name of the tenant, where there is one. */
  readonly product?: string;
  /** For the log. */
  readonly tenant?: string;
  readonly account?: string;
}

interface ActivationServices {
  readonly links: Links;
  readonly tenants: Pick<Tenants, 'retrieve'>;
  readonly accountsOf: (tenant: Tenant) => AccountScope;
}

/** All reject with StoreError. */
export interface Activation {
  /** What the link leads to; changes nothing, since programs that check mails follow links too. */
  look(token: string): Promise<Visit>;
  /** Activates the account that the link is for. */
  activate(token: string): Promise<Visit>;
}

/** Lets the owners of invited accounts activate them by the links that they were sent. */
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
  const known = { product: tenant.name, tenant: tenant.id, account };
  return { outcome: isExpired ? 'expired' : await follow(accountsOf(tenant), content), ...known };
}

function outcomeOf(state: AccountState | undefined): ActivationOutcome {
  if (state === 'active') return 'active';
  return state === 'disabled' || state === 'held' ? 'inactive' : 'gone';
}
