import type { ResourceDocument } from '../directory/resource-document.ts';
import { attributeValues } from '../scim/attribute-values.ts';
import type { JsonObject } from '../scim/json.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { Change } from '../store/document-store.ts';
import { workEmail } from '../tenants/policy.ts';
import { type Account, accountKind, accountOf, isLive } from './account.ts';
import { ownerOfAddress } from './claims.ts';
import { deriveAccount } from './derive.ts';
import type { Facts } from './facts.ts';
import { readAccount } from './links.ts';
import { comparableWorkEmail } from './rules/arrival.ts';
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

/** What an account is made of: the one that the user has, or one made by hand that it takes over. */
interface Basis {
  readonly account: Account | undefined;
  readonly stored: StoredAccount | undefined;
  /** What goes when another account takes its place. */
  readonly alongside: readonly Change[];
}

/** Finds what the account of a user is made of; only one that would be live for the first time takes another over. */
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

/** Whether the account was never live, and is still of the address that its user came with. */
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
