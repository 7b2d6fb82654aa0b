import { limits } from '../base/limits.ts';
import { type MailDocument, messageId } from '../mail/mail-document.ts';
import type { Mailbox, MailMessage } from '../mail/mail-sender.ts';
import type { Conclusion } from '../mail/outbox.ts';
import { oneLine, renderMail } from '../mail/render.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { accountDraft } from './account-draft.ts';
import type { Draft, MailServices } from './draft.ts';
import { keyDraft } from './key-draft.ts';
import { runDraft } from './run-draft.ts';

/** Composes a mail from the current data, or answers its final state if it must not be sent. */
export async function composeMail(
  services: MailServices,
  mail: MailDocument,
): Promise<{ readonly message: MailMessage } | { readonly end: Conclusion }> {
  const tenant = await services.tenants.retrieve(mail.tenantId);
  if (!tenant?.enabled) return { end: { state: 'skipped', reason: 'noTenant' } };
  const draft = await draftOf(services, tenant, mail);
  if (typeof draft === 'string') return { end: { state: 'skipped', reason: draft } };
  const to = draft.to.filter(({ address }) => isAddress(address)).map(named);
  if (to.length === 0) return { end: { state: 'failed', reason: 'noRecipient' } };
  const view = { product: oneLine(tenant.name), tenant: tenant.id, ...draft.view };
  const rendered = renderMail(services.templates[mail.template], view);
  return { message: { id: messageId(mail), to, ...rendered } };
}

function draftOf(services: MailServices, tenant: Tenant, mail: MailDocument): Promise<Draft> {
  switch (mail.template) {
    case 'runReport':
      return runDraft(services, tenant, mail.run);
    case 'keyExpiry':
      return keyDraft(services, tenant, mail.key);
    default:
      return accountDraft(services, tenant, mail);
  }
}

/** Tests if a text is one e-mail address that no mail server can read as several. */
function isAddress(text: string): boolean {
  return /^[^\s\p{Cc}@<>()[\]\\,;:"]{1,64}@[^\s\p{Cc}@<>()[\]\\,;:"]{1,255}$/u.test(text);
}

function named({ address, name }: Mailbox): Mailbox {
  return { address, name: name && oneLine(name, limits.mailNameCharactersMax) };
}
