import { limits } from '../base/limits.ts';
import { attributeValues } from '../scim/attribute-values.ts';
import { findRole, roleValues } from '../scim/roles.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import { type Policy, workEmail } from '../tenants/policy.ts';
import { type Account, isLive } from './account.ts';
import type { Facts } from './facts.ts';
import { exactLoginOf, loginClaimOf, loginOf } from './login.ts';

/** The rules that make an account of a user, in this order. Each yields the draft with what it decides. */
const accountRules: readonly ((draft: Account, facts: Facts) => Account)[] = [
  deriveRole,
  deriveAttributes,
  checkTimezone,
  markUnverified,
  deriveLogin,
  deriveState,
  keepArrival,
  deriveCentralTeam,
];

/** The account before the first rule. */
export const newAccount: Account = {
  state: 'held',
  adopted: false,
  type: 'regular',
  role: '',
  roleFromClient: false,
  attributes: {},
  edited: [],
  unverified: [],
  own: {},
  activated: false,
  greeted: false,
  seated: false,
  central: false,
};

/** Derives the account of a user. The same facts always yield the same account. */
export function deriveAccount(facts: Facts): Account {
  return accountRules.reduce((draft, rule) => rule(draft, facts), facts.account ?? newAccount);
}

/** Sets the mapped attributes, and chooses between the client's value and one entered locally. */
function deriveAttributes(draft: Account, facts: Facts): Account {
  const { policy } = facts;
  const mapped = Object.entries(policy.accounts.attributes)
    .filter(([, path]) => !isIgnored(path, policy.accounts.ignored))
    .map(([name, path]) => [name, mappedValue(draft, facts, { name, path })] as const);
  const values = mapped.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const names = new Set(mapped.map(([name]) => name));
  // Attributes that the policy does not map belong to the application.
  const others = Object.entries(draft.attributes).filter(
    ([name]) => !names.has(name) && !(name in policy.accounts.attributes),
  );
  const kept = Object.fromEntries([...others, ...values]);
  const edited = draft.edited.filter((name) => names.has(name) && isLocal(draft, facts, name));
  return { ...draft, attributes: kept, edited };
}

function mappedValue(
  draft: Account,
  facts: Facts,
  { name, path }: { name: string; path: string },
): string | undefined {
  const local = draft.attributes[name];
  if (isLocal(draft, facts, name)) return local;
  const [value] = attributeValues(facts.user, facts.type, path);
  // Longer values are refused. Users that were stored before they were must not keep an account from being written.
  if (value !== undefined && typeof value !== 'object')
    return String(value).slice(0, limits.accountCharactersMax);
  return facts.policy.accounts.keepWhenEmpty ? local : undefined;
}

/** Checks if a local edit or removal stays: the policy makes it editable, or the client has no value. */
function isLocal(account: Account, facts: Facts, name: string): boolean {
  return account.edited.includes(name) && isEditable(account, facts, name);
}

/** Checks if a local edit of an attribute would stay. */
export function isEditable(
  { role }: Pick<Account, 'role'>,
  { policy, user, type }: Pick<Facts, 'policy' | 'user' | 'type'>,
  name: string,
): boolean {
  const { editable: usual, editableByRole, attributes: paths, ignored } = policy.accounts;
  const path = paths[name];
  // Attributes that the policy does not map belong to the application.
  if (path === undefined) return true;
  if (isIgnored(path, ignored)) return false;
  const named = findRole(Object.keys(editableByRole), role);
  const editable = (named !== undefined && editableByRole[named]) || usual;
  return editable === 'all' || editable.includes(name) || attributeValues(user, type, path).length === 0;
}

/** Checks if the policy ignores a path. `addresses` ignores all below it; a longer path only its own. */
function isIgnored(path: string, ignored: readonly string[]): boolean {
  return ignored.some((one) => path === one || path.startsWith(`${one}[`) || path.startsWith(`${one}.`));
}

/** Leaves a time zone out that is not in the IANA database, if the policy requires one that is. */
function checkTimezone(draft: Account, { policy }: Facts): Account {
  const name = unknownZone(policy, draft.attributes);
  if (name === undefined) return { ...draft, dropped: undefined };
  const { [name]: _, ...others } = draft.attributes;
  return { ...draft, attributes: others, dropped: [name] };
}

/** The name of an attribute with a time zone that the policy does not allow; `undefined` if there is none. */
export function unknownZone({ accounts }: Policy, values: Account['attributes']): string | undefined {
  const { attributes, timezones } = accounts;
  const name = Object.keys(attributes).find((one) => attributes[one] === 'timezone');
  const zone = name === undefined ? undefined : values[name];
  return timezones !== 'iana' || zone === undefined || isZone(zone) ? undefined : name;
}

/** Accepts the name of a time zone. Node also accepts offsets such as +01:00, which are not names. */
function isZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** Marks new and changed values that the owner must confirm. */
function markUnverified(draft: Account, { policy, account }: Facts): Account {
  return { ...draft, unverified: unverifiedIn(policy, account, draft) };
}

/** The names of attributes whose value the owner must still confirm after a change. */
export function unverifiedIn(
  { accounts }: Policy,
  before: Account | undefined,
  { attributes, unverified }: Account,
): readonly string[] {
  return accounts.verified.filter((name) => {
    const value = attributes[name];
    return value !== undefined && (value !== before?.attributes[name] || unverified.includes(name));
  });
}

/** Sets the first role that there is: of a mapped group, from the client, set locally, or the default. */
function deriveRole(draft: Account, facts: Facts): Account {
  const named = groupRole(facts) ?? clientRole(facts);
  const { stakeholders } = facts.policy.roles;
  const isStakeholder = roleValues(facts.user).some((one) => findRole(stakeholders, one) !== undefined);
  return {
    ...draft,
    type: isStakeholder ? 'stakeholder' : 'regular',
    role: named ?? localRole(draft, facts),
    roleFromClient: named !== undefined,
  };
}

function groupRole({ policy, groups }: Facts): string | undefined {
  const ids = groups.map(({ externalId }) => externalId);
  return policy.groups.toRoles.find(({ group }) => ids.includes(group))?.role;
}

function clientRole({ policy, user }: Facts): string | undefined {
  const known = roleValues(user).map((one) => findRole(policy.roles.known, one));
  return known.find((one) => one !== undefined);
}

function localRole({ role: local, roleFromClient }: Account, { policy, account }: Facts): string {
  return account && !roleFromClient ? local : policy.roles.default;
}

/** Sets the login. An account keeps its kind of login until it is converted, and its login while the user has none. */
function deriveLogin(draft: Account, facts: Facts): Account {
  const loginBy = draft.loginBy ?? facts.policy.accounts.login;
  // A login that was entered by hand stays.
  if (loginClaimOf(draft) !== undefined && draft.loginBy === undefined) return draft;
  return { ...draft, ...loginOf(facts, loginBy), loginBy };
}

/** Recognises an inactive user. One whose `active` was removed is as active as before: only `true` ends it. */
function isInactive({ inactive, state, user: id }: Account, { user }: Facts): boolean {
  // Accounts that were stored before there was the mark have only their state.
  const wasInactive = inactive ?? (id !== undefined && state === 'disabled');
  return user.active === false || (user.active === undefined && wasInactive);
}

/** Decides whether the account is live, held, disabled or removed. */
function deriveState(draft: Account, facts: Facts): Account {
  if (isInactive(draft, facts)) return inactive({ ...draft, inactive: true }, facts);
  const hold = holdOf(facts);
  const active = { ...draft, inactive: undefined };
  if (hold === undefined) return alive(active, facts);
  return { ...active, ...withHold(hold, facts), seated: false };
}

/** The state of an account that is not live for a reason, whether its user is active or not. */
function withHold(hold: NonNullable<Account['hold']>, { account }: Facts): Pick<Account, 'state' | 'hold'> {
  return { state: hold === 'noGroup' && wasThere(account) ? 'removed' : 'held', hold };
}

/**
 * The account of an inactive user, which needs no seat. A held account stays held while the reason exists. One
 * that an operator removed stays removed until the user is active again.
 */
function inactive(draft: Account, facts: Facts): Account {
  const asleep = { ...draft, seated: false };
  if (draft.state === 'removed' && draft.hold === undefined) return asleep;
  const hold = holdOf(facts);
  return hold ? { ...asleep, ...withHold(hold, facts) } : { ...asleep, state: 'disabled', hold };
}

function holdOf({ policy, groups, obstacle }: Facts): Account['hold'] {
  return policy.groups.required && groups.length === 0 ? 'noGroup' : obstacle;
}

/** Recognises an account that was not held. It is removed, not held, when its user leaves the last group. */
function wasThere(account: Account | undefined): boolean {
  return account !== undefined && account.state !== 'held';
}

function alive(draft: Account, { policy }: Facts): Account {
  const isPending = policy.notifications.invitation && !draft.activated;
  return {
    ...draft,
    state: isPending ? 'invited' : 'active',
    hold: undefined,
    activated: !isPending,
    seated: takesSeat(policy, draft),
  };
}

/** Checks if an account uses a seat while it is live. */
export function takesSeat({ licences: { seats, stakeholders } }: Policy, { type }: Account): boolean {
  return seats !== null && (type === 'regular' || stakeholders);
}

/** Keeps the address and the login with which a user was created until the account is live. Adoption needs them. */
function keepArrival(draft: Account, facts: Facts): Account {
  if (isLive(draft)) return { ...draft, cameWith: undefined, cameAs: undefined };
  if (facts.account) return draft;
  return { ...draft, cameWith: comparableWorkEmail(facts), cameAs: loginClaimOf(exactLoginOf(facts) ?? {}) };
}

/** The work e-mail of a user in the form in which it is compared. */
export function comparableWorkEmail({ user, type }: Pick<Facts, 'user' | 'type'>): string | undefined {
  const [address] = attributeValues(user, type, workEmail);
  return typeof address === 'string' ? withoutCase(address) : undefined;
}

/**
 * Puts the account into the central team if that team has all accounts, or if the user has no group, unless it was
 * taken out by hand.
 */
function deriveCentralTeam(draft: Account, { policy, groups }: Facts): Account {
  const { teams } = policy.groups;
  const isCentral = teams === 'central' || (teams === 'each' && groups.length === 0);
  return { ...draft, central: isCentral && isLive(draft) && draft.isMoved !== true };
}
