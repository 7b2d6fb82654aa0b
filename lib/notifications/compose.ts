import { limits } from '../base/limits.ts';
import type { MailDocument } from '../mail/mail-document.ts';
import type { MailMessage, Recipient } from '../mail/mail-sender.ts';
import { messageId } from '../mail/message-id.ts';
import type { Conclusion } from '../mail/outbox.ts';
import { oneLine, renderMail } from '../mail/render.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { accountView } from './account-view.ts';
import type { ComposeParts, Draft } from './draft.ts';
import { keyView } from './key-view.ts';
import { runView } from './run-view.ts';

/** Writes a mail as things are now, or says how it ends without being sent. */
export async function composeMail(
  parts: ComposeParts,
  mail: MailDocument,
): Promise<{ readonly message: MailMessage } | { readonly end: Conclusion }> {
  const tenant = await parts.tenants.retrieve(mail.tenantId);
  if (!tenant?.enabled) return { end: { state: 'skipped', reason: 'noTenant' } };
  const draft = await draftOf(parts, tenant, mail);
  if (typeof draft === 'string') return { end: { state: 'skipped', reason: draft } };
  const to = draft.to.filter(({ address }) => isAddress(address)).map(named);
  if (to.length === 0) return { end: { state: 'failed', reason: 'noRecipient' } };
  const view = { product: oneLine(tenant.name), tenant: tenant.id, ...draft.view };
  const rendered = renderMail(parts.templates[mail.template], view);
  return { message: { id: messageId(mail), to, ...rendered } };
}

function draftOf(parts: ComposeParts, tenant: Tenant, mail: MailDocument): Promise<Draft> {
  switch (mail.template) {
    case 'runReport':
      return runView(parts, tenant, mail.run);
    case 'keyExpiry':
      return keyView(parts, tenant, mail.key);
    default:
      return accountView(parts, tenant, mail);
  }
}

/** Nothing that could be more than one address where a mail server reads it. */
function isAddress(text: string): boolean {
  return /^[^\s\p{Cc}@<>()[\]\\,;:"]{1,64}@[^\s\p{Cc}@<>()[\]\\,;:"]{1,255}$/u.test(text);
}

function named({ address, name }: Recipient): Recipient {
  return name === undefined ? { address } : { address, name: oneLine(name, limits.mailNameCharactersMax) };
}
