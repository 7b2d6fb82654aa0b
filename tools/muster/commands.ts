import type { CommandRow } from './command.ts';
import { accountCommands } from './commands/accounts.ts';
import { auditCommands } from './commands/audit.ts';
import { conversionCommands } from './commands/convert-logins.ts';
import { keyCommands } from './commands/keys.ts';
import { mailCommands } from './commands/mails.ts';
import { mappingCommands } from './commands/mappings.ts';
import { policyCommands } from './commands/policy.ts';
import { teamCommands } from './commands/teams.ts';
import { tenantCommands } from './commands/tenants.ts';
import { userCommands } from './commands/users.ts';

/** What commands are grouped by, in the first word of their names. */
export const groups: Readonly<Record<string, string>> = {
  tenants: 'Customers, each with a directory, an endpoint path, keys and a policy of its own.',
  keys: 'Bearer keys and client secrets, which clients such as Entra ID authenticate with.',
  accounts: 'Local accounts, which provisioning yields or which are made by hand.',
  teams: 'Teams of local accounts.',
  mappings: 'What remote groups, by their object id, mean here.',
  users: 'Users as the client provides them over SCIM.',
  mails: 'Mails to owners of accounts and to administrators.',
  policy: 'Policies of tenants as files; nothing is asked of an endpoint.',
};

/** Every command. */
export const commandRows: readonly CommandRow[] = [
  ...tenantCommands,
  ...keyCommands,
  ...accountCommands,
  ...teamCommands,
  ...mappingCommands,
  ...userCommands,
  ...mailCommands,
  ...auditCommands,
  ...policyCommands,
  ...conversionCommands,
];
