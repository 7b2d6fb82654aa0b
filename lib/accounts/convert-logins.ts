import { withoutCase } from '../scim/schema/search-form.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import { type AccountDocument, accountIdOf, accountOf } from './account.ts';
import { hasClaims, ownerOfLogin } from './claims.ts';
import { readAccount } from './links.ts';
import { type AccountQuery, listAccounts } from './list-accounts.ts';
import type { AccountScope } from './scope.ts';
import { releaseHeld } from './settle.ts';
import { writeAccount } from './write-account.ts';

/** A reason why an account keeps its login. */
type Clash = 'noAddress' | 'loginTaken';

/** The result of converting a page of accounts, or its preview. */
export interface ConversionPage {
  readonly converted: number;
  /** Number of accounts whose login is already the e-mail address, or that have no login. */
  readonly unchanged: number;
  readonly clashes: readonly { readonly account: string; readonly reason: Clash }[];
  /** The `after` of the next page; absent on the last page. */
  readonly next?: string;
}

/**
 * Makes the e-mail address the login of each account on a page. With `dryRun` it only yields the result.
 *
 * A page can be repeated, and others may write at the same time: each account is converted under a version
 * check, and read again if another writer has changed it.
 */
export async function convertLogins(
  scope: AccountScope,
  { dryRun, ...query }: Pick<AccountQuery, 'after' | 'limit'> & { dryRun: boolean },
): Promise<ConversionPage> {
  const { accounts, next } = await listAccounts(scope, query);
  const outcomes: (readonly [string, Outcome])[] = [];
  for (const document of accounts) {
    const id = accountIdOf(document);
    outcomes.push([id, dryRun ? await foresee(scope, document) : await convert(scope, id)]);
  }
  if (!dryRun) await releaseHeld(scope, 'loginTaken');
  const count = (wanted: Outcome) => outcomes.filter(([, outcome]) => outcome === wanted).length;
  const clashes = outcomes.flatMap(([account, reason]) =>
    reason === 'noAddress' || reason === 'loginTaken' ? [{ account, reason }] : [],
  );
  return { converted: count('converted'), unchanged: count('unchanged'), clashes, next };
}

type Outcome = 'converted' | 'unchanged' | Clash;

async function foresee(scope: AccountScope, document: AccountDocument): Promise<Outcome> {
  const wanted = wantedLogin(document);
  if (wanted === undefined || wanted === 'noAddress') return wanted ?? 'unchanged';
  if (wanted.login === document.login) return 'unchanged';
  const owner = hasClaims(document) ? await ownerOfLogin(scope, wanted.login) : undefined;
  return owner === undefined || owner === accountIdOf(document) ? 'converted' : 'loginTaken';
}

function convert(scope: AccountScope, id: string): Promise<Outcome> {
  return retryLostRace(async () => {
    const before = await readAccount(scope, id);
    const wanted = before && wantedLogin(before.document);
    if (!before || wanted === undefined) return 'unchanged';
    if (wanted === 'noAddress') return wanted;
    const after = { ...accountOf(before.document), ...wanted };
    const obstacle = await writeAccount(scope, { id, before, after });
    if (obstacle) return 'loginTaken';
    return after.login === before.document.login ? 'unchanged' : 'converted';
  }, unavailable);
}

/**
 * The login that an account gets; `undefined` if nothing changes. An account whose login is already its
 * address gets `loginBy` too, so that the login follows the address from now on.
 */
function wantedLogin(
  account: AccountDocument,
): { login: string; loginBy: 'email' } | 'noAddress' | undefined {
  if (account.login === undefined || account.loginBy === 'email') return undefined;
  const { email } = account.attributes;
  if (email === undefined) return hasClaims(account) ? 'noAddress' : undefined;
  return { login: withoutCase(email), loginBy: 'email' };
}
