import { readResource } from '../directory/resources.ts';
import { conflict, type ErrorCode, invalidValue, notFound, ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { type Account, accountOf, isLive } from './account.ts';
import { releasedBy } from './claims.ts';
import { isEditable, newAccount, takesSeat, unknownZone, unverifiedIn } from './derive.ts';
import type { Obstacle } from './facts.ts';
import { readAccount } from './links.ts';
import { type Federated, federatedLogin, textLogin } from './login.ts';
import type { AccountScope } from './scope.ts';
import { releaseHeld, removed } from './settle.ts';
import { type AccountChange, type StoredAccount, writeAccount } from './write-account.ts';

/** The properties of an account that an operator or the application sets. */
interface AccountEdit {
  readonly state?: 'active' | 'disabled';
  readonly type?: Account['type'];
  readonly role?: string;
  readonly login?: string;
  readonly federated?: Federated;
  /** Null removes a value. */
  readonly attributes?: Readonly<Record<string, string | null>>;
  readonly own?: JsonObject;
}

/** Makes an account by hand. Throws ScimError `uniqueness`, or `conflict` if no licence is free. */
export async function createAccount(scope: AccountScope, edit: AccountEdit): Promise<StoredAccount> {
  const id = scope.directory.newId();
  const blank: Account = {
    ...newAccount,
    state: 'active',
    role: scope.policy.roles.default,
    activated: true,
  };
  const after = seated(scope, edited(scope, blank, edit));
  requireZone(scope, after);
  await write(scope, { id, after, operation: 'activate' });
  return requireAccount(scope, id);
}

/**
 * Edits an account. Throws ScimError `notFound`, `uniqueness`, or `conflict` if the account or a property cannot be
 * edited, such as an attribute that the next synchronisation would replace with the client's value.
 */
export async function editAccount(
  scope: AccountScope,
  id: string,
  edit: AccountEdit,
): Promise<StoredAccount> {
  const before = await requireAccount(scope, id);
  const account = accountOf(before.document);
  requireEditable(account, edit);
  const changed = edited(scope, account, edit);
  const names = Object.keys(edit.attributes ?? {}).filter(
    (name) => changed.attributes[name] !== account.attributes[name],
  );
  if (names.length > 0) requireZone(scope, changed);
  await requireOwn(scope, account, names);
  const isManaged = account.user !== undefined;
  const after = seated(scope, {
    ...changed,
    edited: isManaged ? [...new Set([...account.edited, ...names])] : [],
    unverified: unverifiedIn(scope.policy, account, changed),
  });
  await write(scope, { id, before, after });
  return requireAccount(scope, id);
}

/** Notes that the owner has confirmed a value, such as a phone number. Throws `notFound` or `conflict`. */
export async function verifyAttribute(scope: AccountScope, id: string, name: string): Promise<StoredAccount> {
  const before = await requireAccount(scope, id);
  const account = accountOf(before.document);
  requireEditable(account, {});
  if (!account.unverified.includes(name)) {
    throw notFound(`The account has no unverified attribute "${name.slice(0, 64)}"`);
  }
  const after = { ...account, unverified: account.unverified.filter((one) => one !== name) };
  await write(scope, { id, before, after, operation: 'verify' });
  return requireAccount(scope, id);
}

/**
 * Removes an account that was made by hand or whose user is deactivated. Throws ScimError `notFound`, or
 * `conflict` if the client still provides the user.
 */
export async function removeAccount(scope: AccountScope, id: string): Promise<void> {
  const before = await requireAccount(scope, id);
  const account = accountOf(before.document);
  if (account.user !== undefined && account.state !== 'disabled') {
    throw conflict('The account is provided over SCIM: unassign the user in the client first');
  }
  if (account.state === 'removed') throw conflict('The account has already been removed');
  const end = scope.directory.now() + scope.policy.deletion.graceDays * 86_400_000;
  // An account with a user has no end of its own: its link must stay while the user exists.
  const due = account.user === undefined ? end : undefined;
  await write(scope, { id, before, after: removed(account), due });
}

/** Reads an account; throws ScimError `notFound`. */
export async function requireAccount(scope: AccountScope, id: string): Promise<StoredAccount> {
  const stored = await readAccount(scope, id);
  if (stored) return stored;
  throw notFound(`There is no account with the id "${id.slice(0, 64)}": GET …/accounts lists them`);
}

/** Throws ScimError `conflict` if the account is removed, or the client disabled it or sets the property. */
export function requireEditable(
  { state, user, roleFromClient, type: present }: Account,
  { state: wanted, role, type }: AccountEdit,
): void {
  if (state === 'removed') throw conflict('The account is removed and cannot be edited');
  if (state === 'disabled' && user !== undefined) {
    throw conflict('The account is disabled and cannot be edited: activate its user in the client first');
  }
  if (user === undefined) return;
  if (wanted !== undefined) throw fromClient('state');
  if (role !== undefined && roleFromClient) throw fromClient('role');
  if (type !== undefined && type !== present) throw fromClient('type');
}

/** Throws ScimError `conflict` if the client's values would replace edited ones. */
async function requireOwn(scope: AccountScope, account: Account, names: readonly string[]): Promise<void> {
  if (account.user === undefined || names.length === 0) return;
  const stored = await readResource(scope.directory, scope.userType, account.user);
  if (!stored) return;
  const facts = { policy: scope.policy, type: scope.userType, user: stored.document.resource };
  const lost = names.filter((name) => !isEditable(account, facts, name));
  if (lost.length === 0) return;
  const listed = lost.map((name) => `attributes.${name}`).join(', ');
  throw conflict(
    `The client provides ${listed}, so that an edit would be lost: change the value there, ` +
      'or allow edits in accounts.editable of the policy',
  );
}

/** Throws ScimError `invalidValue` for a time zone that the policy does not allow. */
function requireZone({ policy }: AccountScope, { attributes }: Account): void {
  const name = unknownZone(policy, attributes);
  if (name === undefined) return;
  throw invalidValue(`attributes.${name} must be a time zone of the IANA database, such as Europe/Berlin`);
}

function fromClient(name: string): ScimError {
  return conflict(`${name} comes from the client: change it there`);
}

function edited({ policy }: AccountScope, account: Account, edit: AccountEdit): Account {
  const values = Object.entries({ ...account.attributes, ...edit.attributes });
  const { login: text, federated } = edit;
  const byHand =
    text === undefined ? federated && federatedLogin(federated) : textLogin(text, policy.accounts.login);
  return {
    ...account,
    state: edit.state ?? account.state,
    type: edit.type ?? account.type,
    role: edit.role ?? account.role,
    ...byHand,
    loginBy: byHand ? undefined : account.loginBy,
    own: edit.own ?? account.own,
    attributes: Object.fromEntries(values.filter(hasValue)),
  };
}

function hasValue(entry: [name: string, value: string | null]): entry is [string, string] {
  return entry[1] !== null && entry[1] !== '';
}

function seated({ policy }: AccountScope, account: Account): Account {
  return { ...account, seated: isLive(account) && takesSeat(policy, account) };
}

const obstacles: Readonly<Record<Obstacle, readonly [ErrorCode, detail: string]>> = {
  noLicence: [
    'conflict',
    'All licences are taken: remove an account, or raise licences.seats in the policy of the tenant',
  ],
  addressTaken: ['uniqueness', 'attributes.email belongs to another account: send another address'],
  loginTaken: ['uniqueness', 'login or federated belongs to another account: send another one'],
};

async function write(scope: AccountScope, change: AccountChange): Promise<void> {
  const obstacle = await writeAccount(scope, change);
  if (obstacle) {
    const [code, detail] = obstacles[obstacle];
    throw new ScimError(code, { detail });
  }
  const before = change.before && accountOf(change.before.document);
  for (const hold of releasedBy(before, change.after)) await releaseHeld(scope, hold);
}
