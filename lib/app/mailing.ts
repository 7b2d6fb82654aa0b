import { once } from '../base/once.ts';
import { type ActivationLine, activationHandler } from '../http/activation.ts';
import { createCost } from '../http/request-cost.ts';
import { openSender } from '../mail/open-sender.ts';
import { loadTemplates } from '../mail/templates.ts';
import { createActivation } from '../notifications/activation.ts';
import { createLinks } from '../notifications/links.ts';
import { type MailLine, sendMails } from '../notifications/send-mails.ts';
import { config, log, now, services } from './services.ts';

const templates = loadTemplates(config.templatesFolder);

/** The links in mails, made when first needed; rejects with a StoreError when the store cannot be opened. */
export const openLinks = once(async () => {
  const { linkSealer: sealer } = await services();
  return createLinks({ sealer, now, baseUrl: config.publicBaseUrl });
});

const openMailSender = once(async () => {
  if (config.mail) return openSender(config.mail, now);
  log('information', {
    event: 'mails',
    message: 'No mails are sent: set MAIL_SMTP_URL or MAIL_ACS_ENDPOINT',
  });
  return undefined;
});

/** Sends the mails that are due; safe to run twice. */
export async function deliverMails(): Promise<void> {
  const { store, tenants } = await services();
  await sendMails({
    ...{ store, tenants, templates, now, log: logMail },
    links: await openLinks(),
    sender: await openMailSender(),
  });
}

function logMail(line: MailLine): void {
  const isTrouble = line.state !== 'sent' && line.state !== 'skipped';
  log(isTrouble ? 'warning' : 'information', { event: 'mail', ...line });
}

const openActivation = once(async () => {
  const { tenants, accountsOf, newId } = await services();
  const work = () => ({ cost: createCost(), actor: { credential: 'activation', requestId: newId() } });
  return createActivation({
    links: await openLinks(),
    tenants,
    accountsOf: (tenant) => accountsOf(tenant, work()),
  });
});

/** The page that invitations lead to. */
export const activate = activationHandler({ activation: openActivation, log: logVisit });

function logVisit({ cause, ...line }: ActivationLine): void {
  log(line.status >= 500 ? 'error' : 'information', {
    event: 'activation',
    ...line,
    ...(cause !== undefined && { cause }),
  });
}
