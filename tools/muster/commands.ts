import type { CommandRow } from './command.ts';
import { accountCommands } from './commands/accounts.ts';
import { appKeyCommands } from './commands/app-keys.ts';
import { auditCommands } from './commands/audit.ts';
import { conversionCommands } from './commands/convert-logins.ts';
import { eventCommands } from './commands/events.ts';
import { feedCommands } from './commands/feed.ts';
import { groupCommands } from './commands/groups.ts';
import { keyCommands } from './commands/keys.ts';
import { mailCommands } from './commands/mails.ts';
import { mappingCommands } from './commands/mappings.ts';
import { policyCommands } from './commands/policy.ts';
import { statusCommands } from './commands/status.ts';
import { teamCommands } from './commands/teams.ts';
import { tenantCommands } from './commands/tenants.ts';
import { userCommands } from './commands/users.ts';
import { webhookCommands } from './commands/webhooks.ts';

/** The descriptions of the command groups, by the first word of the commands' names. */
export const groups: Readonly<Record<string, string>> = {
  tenants: 'Customers. Each has its own directory, endpoint path, keys and policy.',
  keys: 'Bearer keys and client secrets, with which clients such as Entra ID authenticate.',
  'app-keys': 'App keys, with which your products read and edit what was provisioned.',
  accounts: 'Local accounts, created by provisioning or by hand.',
  teams: 'Teams of local accounts.',
  mappings: 'Mappings of remote groups, by their object id, to local teams and roles.',
  users: 'Users as the client provisioned them over SCIM.',
  groups: 'Groups as the client provisioned them over SCIM.',
  feed: 'The events that the product reads.',
  webhooks: 'Endpoints of your products, to which Muster sends events.',
  mails: 'Mails to account owners and administrators.',
  policy: 'Policies in files. These commands do not contact an endpoint.',
};

/** Every command. */
export const commandRows: readonly CommandRow[] = [
  ...tenantCommands,
  ...statusCommands,
  ...keyCommands,
  ...appKeyCommands,
  ...accountCommands,
  ...teamCommands,
  ...mappingCommands,
  ...userCommands,
  ...groupCommands,
  ...feedCommands,
  ...webhookCommands,
  ...mailCommands,
  ...auditCommands,
  ...eventCommands,
  ...policyCommands,
  ...conversionCommands,
];
