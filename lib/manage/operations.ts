import type { KeyLifecycle } from '../keys/lifecycle.ts';
import type { Links } from '../notifications/links.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { issueKey, listKeys, revokeKey } from './manage-keys.ts';
import { openLink } from './manage-links.ts';
import { listMails, sendMailAgain } from './manage-mails.ts';
import { type DirectoryOf, listPendingMembers } from './manage-members.ts';
import { createTenant, listTenants } from './manage-tenants.ts';

export interface ManageParts {
  readonly tenants: Tenants;
  readonly keys: KeyLifecycle;
  readonly links: Links;
  readonly directoryOf: DirectoryOf;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** The ids of the packs that a tenant can have. */
  readonly packs: readonly string[];
}

export type ManageOperations = ReturnType<typeof manageOperations>;

/** What an operator can do; inputs are plain, answers are JSON, refusals are ScimErrors. */
export function manageOperations(parts: ManageParts) {
  return {
    createTenant: createTenant(parts),
    listTenants: listTenants(parts),
    issueKey: issueKey(parts),
    listKeys: listKeys(parts),
    revokeKey: revokeKey(parts),
    listPendingMembers: listPendingMembers(parts),
    listMails: listMails(parts),
    sendMailAgain: sendMailAgain(parts),
    openLink: openLink(parts),
  };
}
