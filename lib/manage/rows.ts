import { accountRows } from './manage-accounts.ts';
import { appKeyRows } from './manage-app-keys.ts';
import { auditRows } from './manage-audit.ts';
import { eventRows } from './manage-events.ts';
import { groupRows } from './manage-groups.ts';
import { keyRows } from './manage-keys.ts';
import { loginRows } from './manage-logins.ts';
import { mailRows } from './manage-mails.ts';
import { mappingRows, teamRows } from './manage-teams.ts';
import { tenantRows } from './manage-tenants.ts';
import { userRows } from './manage-users.ts';
import { webhookRows } from './manage-webhooks.ts';
import type { ManageRow } from './row.ts';

/** Every operation of the management API. */
export const manageRows: readonly ManageRow[] = [
  ...tenantRows,
  ...keyRows,
  ...appKeyRows,
  ...accountRows,
  ...teamRows,
  ...loginRows,
  ...mappingRows,
  ...userRows,
  ...groupRows,
  ...mailRows,
  ...auditRows,
  ...eventRows,
  ...webhookRows,
];
