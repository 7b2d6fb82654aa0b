import { accountTemplates, mailChange } from '../mail/mail-document.ts';
import type { Change } from '../store/document-store.ts';
import { type Account, isLive } from './account.ts';
import type { AccountScope } from './scope.ts';

/**
 * The mails that an account's owner is due the first time it is live, and anew when the address of one that is still
 * pending is corrected; one who was here before gets none.
 */
export function greetings(
  scope: AccountScope,
  account: string,
  { before, after }: { before: Account | undefined; after: Account },
): readonly Change[] {
  const isCorrected = before?.state === 'invited' && before.attributes.email !== after.attributes.email;
  if ((after.greeted && !isCorrected) || after.adopted || !isLive(after)) return [];
  const { invitation, welcome, passwordLink } = scope.policy.notifications;
  const wanted = { invitation: invitation && after.state === 'invited', welcome, passwordLink };
  return accountTemplates
    .filter((template) => wanted[template])
    .map((template) => mailChange(scope.directory, { template, account }, scope.directory.newId()));
}
