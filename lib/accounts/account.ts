import type { JsonObject } from '../scim/json.ts';
import type { Document } from '../store/document-store.ts';
import type { LoginSetting } from '../tenants/login-policy.ts';
import type { Login } from './login.ts';

/** The kind of an AccountDocument, in the container `users`. */
export const accountKind = 'account';

/**
 * `held`: cannot be used, for the reason in `hold`. `invited`: pending until its owner follows the link.
 * `removed`: gone, but kept until the grace period ends.
 */
export const accountStates = ['held', 'invited', 'active', 'disabled', 'removed'] as const;

/** One state of an account. */
export type AccountState = (typeof accountStates)[number];

/** Reasons to hold an account although its user exists. */
export const holds = ['noGroup', 'noLicence', 'addressTaken', 'loginTaken'] as const;

/** One reason to hold an account. */
export type Hold = (typeof holds)[number];

/** An account of the product. It follows from a SCIM user, or was made by hand and has no `user`. */
export interface Account extends Login {
  readonly state: AccountState;
  readonly hold?: Hold;
  /** The id of the SCIM user that it follows. */
  readonly user?: string;
  /** True if it was made by hand and a SCIM user then took it over. */
  readonly adopted: boolean;
  /** True if its user was inactive when `active` last had a value. */
  readonly inactive?: boolean | undefined;
  /**
   * The work e-mail with which its user was created. Only with this address may it take over another account.
   * Absent after the account was live.
   */
  readonly cameWith?: string;
  /** The same for a login that compares exactly: the id of its claim. */
  readonly cameAs?: string;
  readonly type: 'regular' | 'stakeholder';
  readonly role: string;
  /** True if the client sets the role; otherwise it can be set locally. */
  readonly roleFromClient: boolean;
  /** The setting from which the login was made; absent for a login entered by hand. */
  readonly loginBy?: LoginSetting;
  /** Values by their names in the tenant's policy. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of attributes whose value was entered locally. */
  readonly edited: readonly string[];
  /** Names of attributes whose value the owner must still confirm. */
  readonly unverified: readonly string[];
  /** Data of the application, which no synchronisation changes. */
  readonly own: JsonObject;
  /** Names of attributes whose value the policy does not allow, so that the account has none. */
  readonly dropped?: readonly string[];
  /** True if it was ever active. Then it needs no invitation. */
  readonly activated: boolean;
  /** True if its owner was sent a first mail. */
  readonly greeted: boolean;
  /** True if it uses a licence. */
  readonly seated: boolean;
  /** True if it belongs to the central team. */
  readonly central: boolean;
  /** True if it was taken out of the central team by hand, where it stays out. */
  readonly isMoved?: true;
}

/** An account as it is stored. */
export interface AccountDocument extends Document, Account {
  /** Increases with every change. Documents of version 0.2.0 have none, which counts as 1. */
  readonly revision?: number;
  /** ISO 8601 UTC with milliseconds, like `lastModified`. */
  readonly created: string;
  readonly lastModified: string;
}

/** Accepts an account that its owner can use now, or after following the invitation. */
export function isLive({ state }: Pick<Account, 'state'>): boolean {
  return state === 'active' || state === 'invited';
}

/** The public id of an account, from its document. */
export function accountIdOf({ id }: Pick<Document, 'id'>): string {
  return id.slice(documentId('').length);
}

/** The id of an account's document, from its public id. */
export function documentId(id: string): string {
  return `account:${id}`;
}

/** The account without the properties of its document. */
export function accountOf(document: AccountDocument): Account {
  const {
    id: _,
    tenantId: __,
    kind: ___,
    created: ____,
    lastModified: _____,
    due: ______,
    revision: _______,
    ...account
  } = document;
  return account as Account;
}
