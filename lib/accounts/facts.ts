import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Policy } from '../tenants/policy.ts';
import type { Account } from './account.ts';

/** All that an account follows from; the rules know nothing else. */
export interface Facts {
  readonly policy: Policy;
  readonly type: ResourceType;
  /** The user as it was given over SCIM. */
  readonly user: JsonObject;
  /** The account as it is; absent for a user that has none so far. */
  readonly account?: Account;
  /** The groups of the user, by their externalId where they have one; empty where no rule asks for them. */
  readonly groups: readonly { readonly externalId?: string | undefined }[];
  /** What stands in the way of a live account, as the store has told. */
  readonly obstacle?: Obstacle;
}

/** Why the store refuses an account that would be live. */
export type Obstacle = 'noLicence' | 'addressTaken' | 'loginTaken';

/** One step from what the user is to what the account becomes. */
export type AccountRule = (draft: Account, facts: Facts) => Account;
