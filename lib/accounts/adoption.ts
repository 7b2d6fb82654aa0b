import type { ResourceDocument } from '../directory/resource-document.ts';
import { attributeValues } from '../scim/attribute-values.ts';
import type { JsonObject } from '../scim/json.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { Change } from '../store/document-store.ts';
import { workEmail } from '../tenants/policy.ts';
import { type Account, accountKind, accountOf, isLive } from './account.ts';
import { ownerOfAddress } from './claims.ts';
import { comparableWorkEmail, deriveAccount } from './derive.ts';
import type { Facts } from './facts.ts';
import { readAccount } from './links.ts';
import type { AccountScope } from './scope.ts';
import type { StoredAccount } from './write-account.ts';

/** Another account with the work e-mail of a user. */
interface Candidate {
  readonly account: StoredAccount;
  /** True if the user may take it over. */
  readonly mayAdopt: boolean;
}

/** Finds the account with the work e-mail of a user; `undefined` if there is none. */
export async function findCandidate(scope: AccountScope, user: JsonObject): Promise<Candidate | undefined> {
  const [address] = attributeValues(user, scope.userType, workEmail);
  const owner = typeof address === 'string' ? await ownerOfAddress(scope, address) : undefined;
  const account = owner === undefined ? undefined : await readAccount(scope, owner);
  return account && { account, mayAdopt: mayAdopt(scope, account, String(address)) };
}

/**
 * Decides whether a user may take an account over. Anyone who controls an address in the client's directory gets
 * the account with it. So the account must be made by hand, be live, have no role that the policy excepts,
 * and have an address in a domain that the policy trusts.
 */
function mayAdopt({ policy }: AccountScope, { document }: StoredAccount, address: string): boolean {
  const { handMade, domains, exceptRoles } = policy.accounts.adopt;
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const isTrusted = domains.length === 0 || domains.some((one) => one.toLowerCase() === domain);
  const isExcepted = exceptRoles.some((role) => withoutCase(role) === withoutCase(document.role));
  return handMade && isTrusted && document.user === undefined && isLive(document) && !isExcepted;
}

/** The hand-made account after a user took it over: the client's values replace its own, others stay. */
function adopted(
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

/** The account from which a user's account is derived: its own, or one made by hand that it takes over. */
interface Basis {
  readonly account: Account | undefined;
  readonly stored: StoredAccount | undefined;
  /** The deletion of the user's own account, if it takes over another. */
  readonly alongside: readonly Change[];
}

/** Finds the basis of a user's account. Only one that would be live for the first time adopts another. */
export async function findBasis(
  scope: AccountScope,
  facts: Omit<Facts, 'account'>,
  { own, user }: { own: StoredAccount | undefined; user: ResourceDocument },
): Promise<Basis> {
  const account = own && accountOf(own.document);
  const basis: Basis = { account, stored: own, alongside: [] };
  if (
    !isNew(account, facts) ||
    !scope.policy.accounts.adopt.handMade ||
    !isLive(deriveAccount({ ...facts, account }))
  ) {
    return basis;
  }
  const candidate = await findCandidate(scope, user.resource);
  if (!candidate?.mayAdopt) return basis;
  return {
    account: adopted(scope, candidate.account, user),
    stored: candidate.account,
    alongside: own ? [drop(own)] : [],
  };
}

/** Recognises an account that was never live and has the address with which its user was created. */
function isNew(account: Account | undefined, facts: Omit<Facts, 'account'>): boolean {
  if (!account) return true;
  return (
    account.state === 'held' &&
    account.cameWith !== undefined &&
    account.cameWith === comparableWorkEmail(facts)
  );
}

function drop({ document, version }: StoredAccount): Change {
  return { op: 'delete', kind: accountKind, id: document.id, ifVersion: version };
}
