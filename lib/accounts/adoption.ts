import { attributeValues } from '../scim/attribute-values.ts';
import type { JsonObject } from '../scim/json.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import { workEmail } from '../tenants/policy.ts';
import { type Account, accountOf, isLive } from './account.ts';
import { ownerOfAddress } from './claims.ts';
import { readAccount } from './links.ts';
import type { AccountScope } from './scope.ts';
import type { StoredAccount } from './write-account.ts';

/** The account of another that has the work e-mail of a user, and whether the user may take it over. */
interface Candidate {
  readonly account: StoredAccount;
  readonly mayAdopt: boolean;
}

/** Finds the account that has the work e-mail of a user. */
export async function findCandidate(scope: AccountScope, user: JsonObject): Promise<Candidate | undefined> {
  const [address] = attributeValues(user, scope.userType, workEmail);
  const owner = typeof address === 'string' ? await ownerOfAddress(scope, address) : undefined;
  const account = owner === undefined ? undefined : await readAccount(scope, owner);
  return account && { account, mayAdopt: mayAdopt(scope, account, String(address)) };
}

/**
 * Whoever controls an address in the client's directory gets the account, so that it must have been made by hand, be
 * enabled, have no role that the policy keeps back, and be in a domain that it trusts.
 */
function mayAdopt({ policy }: AccountScope, { document }: StoredAccount, address: string): boolean {
  const { handMade, domains, exceptRoles } = policy.accounts.adopt;
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const isTrusted = domains.length === 0 || domains.some((one) => one.toLowerCase() === domain);
  const isKeptBack = exceptRoles.some((role) => withoutCase(role) === withoutCase(document.role));
  return handMade && isTrusted && document.user === undefined && isLive(document) && !isKeptBack;
}

/** The hand-made account under SCIM: values that the client has replace its own, everything else stays. */
export function adopted(
  { policy, userType }: AccountScope,
  { document }: StoredAccount,
  { id, resource }: { id: string; resource: JsonObject },
): Account {
  const account = accountOf(document);
  const isLocal = (name: string) => {
    const path = policy.accounts.attributes[name];
    return path === undefined || attributeValues(resource, userType, path).length === 0;
  };
  const edited = Object.keys(account.attributes).filter(isLocal);
  return { ...account, user: id, adopted: true, activated: true, roleFromClient: false, edited };
}
