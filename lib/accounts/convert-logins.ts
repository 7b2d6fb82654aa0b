import { readResource } from '../directory/resources.ts';
import { equalJson } from '../scim/json.ts';
import { retryLostRace, unavailable } from '../store/retry-lost-race.ts';
import type { LoginSetting } from '../tenants/login-policy.ts';
import { type Account, type AccountDocument, accountIdOf, accountOf } from './account.ts';
import { hasClaims, ownerOfLogin } from './claims.ts';
import { readAccount } from './links.ts';
import { type AccountQuery, listAccounts } from './list-accounts.ts';
import { isSameLogin, loginClaimOf, loginOf, textLogin } from './login.ts';
import type { AccountScope } from './scope.ts';
import { releaseHeld } from './settle.ts';
import { writeAccount } from './write-account.ts';

/** Reasons why an account keeps its login. */
export const clashReasons = ['noAddress', 'noValue', 'loginTaken'] as const;
type Clash = (typeof clashReasons)[number];

/** The result of converting a page of accounts, or its preview. */
export interface ConversionPage {
  readonly converted: number;
  /** Number of accounts whose login is already the wanted one, that have no login, or whose login must stay. */
  readonly unchanged: number;
  readonly clashes: readonly { readonly account: string; readonly reason: Clash }[];
  /** The `after` of the next page; absent on the last page. */
  readonly next?: string;
}

interface Conversion extends Pick<AccountQuery, 'after' | 'limit'> {
  /** If true, nothing changes. */
  readonly dryRun: boolean;
  /** The setting that the logins are to follow. */
  readonly to: LoginSetting;
}

/**
 * Makes the login of each account on a page follow a setting. With `dryRun` it only yields the result.
 *
 * A page can be repeated, and others may write at the same time: each account is converted under a version
 * check, and read again if another writer has changed it.
 */
export async function convertLogins(
  scope: AccountScope,
  { dryRun, to, ...query }: Conversion,
): Promise<ConversionPage> {
  const { accounts, next } = await listAccounts(scope, query);
  const outcomes: (readonly [string, Outcome])[] = [];
  for (const document of accounts) {
    const id = accountIdOf(document);
    outcomes.push([id, dryRun ? await foresee(scope, document, to) : await convert(scope, id, to)]);
  }
  if (!dryRun) await releaseHeld(scope, 'loginTaken');
  const count = (wanted: Outcome) => outcomes.filter(([, outcome]) => outcome === wanted).length;
  const clashes = outcomes.flatMap(([account, reason]) =>
    reason === 'converted' || reason === 'unchanged' ? [] : [{ account, reason }],
  );
  return { converted: count('converted'), unchanged: count('unchanged'), clashes, next };
}

type Outcome = 'converted' | 'unchanged' | Clash;

async function foresee(scope: AccountScope, document: AccountDocument, to: LoginSetting): Promise<Outcome> {
  const wanted = await wantedLogin(scope, document, to);
  if (typeof wanted === 'string') return wanted;
  if (isSameLogin(wanted, document)) return 'unchanged';
  const owner = hasClaims(document) ? await ownerOfLogin(scope, wanted) : undefined;
  return owner === undefined || owner === accountIdOf(document) ? 'converted' : 'loginTaken';
}

function convert(scope: AccountScope, id: string, to: LoginSetting): Promise<Outcome> {
  return retryLostRace(async () => {
    const before = await readAccount(scope, id);
    if (!before) return 'unchanged';
    const after = await wantedLogin(scope, before.document, to);
    if (typeof after === 'string') return after;
    const obstacle = await writeAccount(scope, { id, before, after });
    if (obstacle) return 'loginTaken';
    return isSameLogin(after, before.document) ? 'unchanged' : 'converted';
  }, unavailable);
}

/**
 * The account with the login that it gets. One whose login is the wanted one already is written too, so that the login
 * follows the user from now on. Only the e-mail address is known of accounts that have no user.
 */
async function wantedLogin(
  scope: AccountScope,
  document: AccountDocument,
  to: LoginSetting,
): Promise<Account | 'unchanged' | Clash> {
  const account = accountOf(document);
  const hasLogin = loginClaimOf(account) !== undefined;
  if (account.loginBy !== undefined && equalJson(account.loginBy, to)) return 'unchanged';
  if (to === 'email') {
    const { email } = account.attributes;
    if (!hasLogin) return 'unchanged';
    if (email === undefined) return hasClaims(account) ? 'noAddress' : 'unchanged';
    return { ...account, ...textLogin(email, to), loginBy: to };
  }
  const stored = account.user && (await readResource(scope.directory, scope.userType, account.user));
  if (!stored) return 'unchanged';
  const login = loginOf({ user: stored.document.resource, type: scope.userType }, to);
  if (!login && hasLogin) return hasClaims(account) ? 'noValue' : 'unchanged';
  return { ...account, ...login, loginBy: to };
}
