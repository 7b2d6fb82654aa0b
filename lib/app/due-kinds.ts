import { accountKind } from '../accounts/account.ts';
import { resettleKind } from '../accounts/maintenance.ts';
import { runKind } from '../audit/run.ts';
import { bulkKind } from '../directory/bulk-records.ts';
import { unlinkKind } from '../directory/deletion.ts';
import { draftKind } from '../directory/members/intent-parts.ts';
import { intentKind } from '../directory/members/intents.ts';
import { tombstoneKind } from '../directory/tombstones.ts';
import { cursorKind } from '../feed/webhooks/cursor.ts';
import { webhookKind } from '../feed/webhooks/webhook.ts';
import { keyKind } from '../keys/key-record.ts';
import { mailKind } from '../mail/mail-document.ts';
import { recordKind } from '../store/change-document.ts';
import type { DueKinds } from '../store/due-together.ts';
import { endingKind } from '../tenants/end-synchronization.ts';
import { identifierKind } from '../tenants/identifiers.ts';
import { purgeKind } from '../tenants/remove-tenant.ts';
import { trustKind } from '../tenants/trust-registry.ts';

/** The kinds of documents that the timer works on. A kind that is missing here costs a query of its own in each run. */
export const dueKinds: DueKinds = {
  users: [bulkKind, unlinkKind, tombstoneKind, recordKind, accountKind, resettleKind, mailKind],
  groups: [intentKind, draftKind, unlinkKind, tombstoneKind, recordKind],
  tokens: [keyKind, trustKind],
  tenants: [recordKind, endingKind, purgeKind, identifierKind, webhookKind, cursorKind],
  audit: [recordKind, runKind],
  feed: [],
};
