import type { ResourceDocument } from '../directory/resource-document.ts';
import { attributeValues } from '../scim/attribute-values.ts';
import type { JsonObject } from '../scim/json.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { Change } from '../store/document-store.ts';
import { workEmail } from '../tenants/policy.ts';
import { type Account, accountKind, accountOf, isLive } from './account.ts';
import { comparableWorkEmail, deriveAccount } from './derive.ts';
import type { Facts } from './facts.ts';
import { findByAddress, findByLogin } from './list-accounts.ts';
import { exactLoginOf, isExact, isSameLogin, type Login, loginClaimOf } from './login.ts';
import type { AccountScope } from './scope.ts';
import type { StoredAccount } from './write-account.ts';

/** Another account with the exact login or the work e-mail of a user. */
interface Candidate {
  readonly account: StoredAccount;
  readonly by: 'login' | 'address';
  /** True if the user may take it over. */
  readonly mayAdopt: boolean;
}

/**
 * Finds the accounts that have the login of a user, if it compares exactly, and its work e-mail. The one with the
 * login comes first.
 */
export async function findCandidates(scope: AccountScope, user: JsonObject): Promise<readonly Candidate[]> {
  const { policy, userType: type } = scope;
  const login = exactLoginOf({ policy, type, user });
  const [address] = attributeValues(user, type, workEmail);
  const found = [
    ['login', login && (await findByLogin(scope, login))],
    ['address', typeof address === 'string' ? await findByAddress(scope, address) : undefined],
  ] as const;
  return found.flatMap(([by, account]) =>
    account ? [{ account, by, mayAdopt: mayAdopt(scope, account.document, login) }] : [],
  );
}

/**
 * Decides whether a user with this exact login may take an account over. Anyone who controls an address or a subject
 * in the client's directory gets the account with it. So the account must be made by hand, be live, have no role that
 * the policy excepts, and have an address in a domain that the policy trusts. An account with another exact login is
 * another person's, even if the address is the same.
 */
function mayAdopt({ policy }: AccountScope, account: Account, login: Login | undefined): boolean {
  const { handMade, domains, exceptRoles } = policy.accounts.adopt;
  const { email = '' } = account.attributes;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const isTrusted = domains.length === 0 || domains.some((one) => one.toLowerCase() === domain);
  const isExcepted = exceptRoles.some((role) => withoutCase(role) === withoutCase(account.role));
  const isOther = login !== undefined && isExact(account) && !isSameLogin(account, login);
  return handMade && isTrusted && account.user === undefined && isLive(account) && !isExcepted && !isOther;
}

/**
 * The hand-made account after a user took it over: the client's values replace its own, others stay. A login by which
 * it was taken over follows the user from now on.
 */
function adopted(
  { policy, userType }: AccountScope,
  { account: { document }, by }: Candidate,
  { id, resource }: { id: string; resource: JsonObject },
): Account {
  const account = accountOf(document);
  const loginBy = by === 'login' ? policy.accounts.login : account.loginBy;
  const isLocal = (name: string) => {
    const path = policy.accounts.attributes[name];
    return path === undefined || attributeValues(resource, userType, path).length === 0;
  };
  const edited = Object.keys(account.attributes).filter(isLocal);
  return { ...account, loginBy, user: id, adopted: true, activated: true, roleFromClient: false, edited };
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
  if (!scope.policy.accounts.adopt.handMade || !isLive(deriveAccount({ ...facts, account }))) return basis;
  if (account && account.state !== 'held') return basis;
  const candidates = await findCandidates(scope, user.resource);
  const candidate = candidates.find((one) => one.mayAdopt && isNew(account, facts, one));
  if (!candidate) return basis;
  return {
    account: adopted(scope, candidate, user),
    stored: candidate.account,
    alongside: own ? [drop(own)] : [],
  };
}

/** Recognises an account whose user was created with the login or the address that it would take over now. */
function isNew(
  account: Account | undefined,
  facts: Omit<Facts, 'account'>,
  { by }: Pick<Candidate, 'by'>,
): boolean {
  if (!account) return true;
  const [came, now] =
    by === 'login'
      ? [account.cameAs, loginClaimOf(exactLoginOf(facts) ?? {})]
      : [account.cameWith, comparableWorkEmail(facts)];
  return came !== undefined && came === now;
}

function drop({ document, version }: StoredAccount): Change {
  return { op: 'delete', kind: accountKind, id: document.id, ifVersion: version };
}
