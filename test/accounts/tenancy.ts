import { type Account, type AccountDocument, accountOf } from '../../lib/accounts/account.ts';
import type { AccountScope } from '../../lib/accounts/scope.ts';
import { settleAccounts } from '../../lib/accounts/settle.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readGroup, writeGroup } from '../../lib/directory/members/groups.ts';
import { readResource, writeResource } from '../../lib/directory/resources.ts';
import type { JsonObject } from '../../lib/scim/json.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { type PolicyInput, policySchema } from '../../lib/tenants/policy.ts';
import { addGroup, asMembers, type Directory, openDirectory } from '../directory/directory.ts';

/** A tenant's directory and the accounts that follow from it, on a store of its own. */
export interface Tenancy extends AsyncDisposable {
  readonly scope: AccountScope;
  readonly directory: Directory;
  /** The same with another policy, or on another store. */
  as(other: { policy?: PolicyInput; store?: DocumentStore }): AccountScope;
  /** Creates a user and settles its account; yields the user's id. */
  user(userName: string, attributes?: JsonObject): Promise<string>;
  /** Changes attributes of a user and settles its account. */
  change(id: string, attributes: JsonObject): Promise<void>;
  remove(id: string): Promise<void>;
  group(displayName: string, users?: readonly string[], externalId?: string): Promise<string>;
  /** Adds and removes members and settles their accounts. */
  members(group: string, change: { add?: readonly string[]; remove?: readonly string[] }): Promise<void>;
  accounts(): Promise<readonly Account[]>;
  /** The account of a user. */
  accountOf(user: string): Promise<Account | undefined>;
}

export function openTenancy(policy: PolicyInput = {}): Tenancy {
  const directory = openDirectory();
  const as: Tenancy['as'] = ({ policy: other = policy, store = directory.scope.store }) => ({
    directory: { ...directory.on(store), concern: () => undefined },
    policy: policySchema.parse({ ...other, accounts: { enabled: true, ...other.accounts } }),
    userType,
  });
  const scope = as({});
  const settle = (users: readonly string[]) => settleAccounts(scope, users);
  const accounts = async () =>
    (await directory.all('users', 'account')).map((document) => accountOf(document as AccountDocument));
  const write = async (id: string, resource: JsonObject) => {
    const before = await readResource(scope.directory, userType, id);
    await writeResource(scope.directory, userType, {
      id,
      ...(before && { before }),
      resource: { ...before?.document.resource, ...resource },
      operation: before ? 'modify' : 'create',
    });
    await settle([id]);
  };
  return {
    scope,
    directory,
    as,
    accounts,
    accountOf: async (user) => (await accounts()).find((account) => account.user === user),
    user: async (userName, attributes) => {
      const id = directory.scope.newId();
      await write(id, { userName, ...attributes });
      return id;
    },
    change: write,
    remove: async (id) => {
      const stored = await readResource(scope.directory, userType, id);
      const { graceDays } = scope.policy.deletion;
      if (stored) await deleteFromDirectory(scope.directory, userType, { stored, graceDays });
      await settle([id]);
    },
    group: async (displayName, users = [], externalId) => {
      const id = await addGroup(scope.directory, displayName, users);
      if (externalId !== undefined) await nameGroup(scope, id, { displayName, externalId });
      await settle(users);
      return id;
    },
    members: async (id, { add = [], remove = [] }) => {
      const before = await readGroup(scope.directory, groupType, id);
      if (!before) throw new Error('The group is gone');
      const members = { add: asMembers(add), remove: new Set(remove) };
      await writeGroup(scope.directory, { type: groupType, id, before, members, operation: 'modify' });
      await settle([...add, ...remove]);
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

async function nameGroup(scope: AccountScope, id: string, resource: JsonObject): Promise<void> {
  const before = await readGroup(scope.directory, groupType, id);
  if (before) await writeResource(scope.directory, groupType, { id, before, resource, operation: 'modify' });
}

/** A user's work e-mail. */
export function workEmail(value: string): JsonObject {
  return { emails: [{ value, type: 'work', primary: true }] };
}
