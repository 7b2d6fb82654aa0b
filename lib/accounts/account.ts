import type { JsonObject } from '../scim/json.ts';
import type { Document } from '../store/document-store.ts';

/** The kind of an AccountDocument, in the container `users`. */
export const accountKind = 'account';

/**
 * `held`: not yet one, for the reason in `hold`; `invited`: pending until its owner follows the link; `removed`: gone,
 * and kept until the grace period ends.
 */
export const accountStates = ['held', 'invited', 'active', 'disabled', 'removed'] as const;

/** One of the states. */
export type AccountState = (typeof accountStates)[number];

/** Why there is no account, though there is a user. */
export const holds = ['noGroup', 'noLicence', 'addressTaken', 'loginTaken'] as const;

/** One of the reasons. */
export type Hold = (typeof holds)[number];

/** What provisioning yields for the application that owns the users; made by hand where it has no `user`. */
export interface Account {
  readonly state: AccountState;
  readonly hold?: Hold;
  /** The SCIM user that it follows. */
  readonly user?: string;
  /** Whether it was made by hand before it came under SCIM. */
  readonly adopted: boolean;
  /** The work e-mail that its user came with, for which alone it may take over another; absent once it was live. */
  readonly cameWith?: string;
  readonly type: 'regular' | 'stakeholder';
  readonly role: string;
  /** Whether the client named the role; otherwise it may be set locally. */
  readonly roleFromClient: boolean;
  readonly login?: string;
  /** What of the user the login was made of. */
  readonly loginBy?: 'userName' | 'email' | 'mailbox';
  /** Values by their names in the tenant's policy. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of attributes whose value was entered locally. */
  readonly edited: readonly string[];
  /** Names of attributes whose value its owner has still to confirm. */
  readonly unverified: readonly string[];
  /** What the application keeps with it; no synchronisation touches it. */
  readonly own: JsonObject;
  /** Whether it was ever active, so that it needs no invitation. */
  readonly activated: boolean;
  /** Whether its owner has been written to. */
  readonly greeted: boolean;
  /** Whether it takes up a licence. */
  readonly seated: boolean;
  /** Whether it belongs to the central team. */
  readonly central: boolean;
}

/** An account as it is stored. */
export interface AccountDocument extends Document, Account {
  /** ISO 8601 UTC with milliseconds, like `lastModified`. */
  readonly created: string;
  readonly lastModified: string;
}

/** Whether the person can work with it, or will once invited. */
export function isLive({ state }: Pick<Account, 'state'>): boolean {
  return state === 'active' || state === 'invited';
}

/** The id of an account as others know it. */
export function accountIdOf({ id }: Pick<Document, 'id'>): string {
  return id.slice(documentId('').length);
}

/** The id of an account's document. */
export function documentId(id: string): string {
  return `account:${id}`;
}

/** The properties of the account alone. */
export function accountOf(document: AccountDocument): Account {
  const {
    id: _,
    tenantId: __,
    kind: ___,
    created: ____,
    lastModified: _____,
    due: ______,
    ...account
  } = document;
  return account as Account;
}
