import type { ResourceDocument } from '../directory/resource-document.ts';
import type { Change } from '../store/document-store.ts';
import { type Account, accountKind, accountOf, isLive } from './account.ts';
import { adopted, findCandidate } from './adoption.ts';
import { deriveAccount } from './derive.ts';
import type { Facts } from './facts.ts';
import { comparableWorkEmail } from './rules/arrival.ts';
import type { AccountScope } from './scope.ts';
import type { StoredAccount } from './write-account.ts';

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
