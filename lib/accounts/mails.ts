import type { Change, Document } from '../store/document-store.ts';
import { type Account, isLive } from './account.ts';
import type { AccountScope } from './scope.ts';

export const mailKind = 'mail';
export type MailTemplate = 'invitation' | 'welcome' | 'passwordLink';

/** A mail to be sent to the owner of an account; who that is and what it says is found out then. */
export interface MailDocument extends Document {
  readonly template: MailTemplate;
  readonly account: string;
  readonly attempts: number;
}

/** The mails that an account's owner is due the first time it is live; one who was here before gets none. */
export function greetings(scope: AccountScope, account: string, after: Account): readonly Change[] {
  if (after.greeted || after.adopted || !isLive(after)) return [];
  const { invitation, welcome, passwordLink } = scope.policy.notifications;
  const wanted = { invitation: invitation && after.state === 'invited', welcome, passwordLink };
  return (['invitation', 'welcome', 'passwordLink'] as const)
    .filter((template) => wanted[template])
    .map((template) => ({ op: 'create', document: mail(scope, account, template) }));
}

function mail({ directory }: AccountScope, account: string, template: MailTemplate): MailDocument {
  return {
    id: `mail:${directory.newId()}`,
    tenantId: directory.tenantId,
    kind: mailKind,
    due: directory.now(),
    template,
    account,
    attempts: 0,
  };
}
