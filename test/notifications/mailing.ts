import { randomBytes } from 'node:crypto';
import { documentId } from '../../lib/accounts/account.ts';
import { createLocalSecretStore } from '../../lib/keys/local-secret-store.ts';
import { createSealer } from '../../lib/keys/sealer.ts';
import { type MailDocument, mailChange } from '../../lib/mail/mail-document.ts';
import type { Delivery, MailMessage, MailSender } from '../../lib/mail/mail-sender.ts';
import { loadTemplates } from '../../lib/mail/templates.ts';
import { createLinks, type Links } from '../../lib/notifications/links.ts';
import { type MailLine, sendMails } from '../../lib/notifications/send-mails.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import type { PolicyInput } from '../../lib/tenants/policy.ts';
import type { Tenant } from '../../lib/tenants/tenant.ts';
import { openTenancy, type Tenancy } from '../accounts/tenancy.ts';
import { type OperatedTenants, openTenants } from '../keys/instance.ts';

/** A tenancy whose mails are sent, when a test says so, by what it says. */
export interface Mailing extends AsyncDisposable {
  readonly tenancy: Tenancy;
  readonly tenants: OperatedTenants;
  readonly tenant: Tenant;
  readonly links: Links;
  /** What the log was told. */
  readonly lines: readonly MailLine[];
  /** Runs the timer once, on a store that may break down. */
  send(sender: MailSender | undefined, store?: DocumentStore): Promise<void>;
  /** Puts a mail into the outbox. */
  write(occasion: Parameters<typeof mailChange>[1], name?: string): Promise<void>;
  mails(): Promise<readonly MailDocument[]>;
  /** Lets time pass. */
  wait(minutes: number): void;
  /** The id of a user's account. */
  accountIdOf(user: string): Promise<string>;
}

export const baseUrl = 'https://scim.example.com';

export async function openMailing(policy: PolicyInput, name = 'Contoso'): Promise<Mailing> {
  const tenancy = openTenancy(policy);
  const { clock, scope, all } = tenancy.directory;
  const { store, now } = scope;
  const ids = [scope.tenantId];
  const tenants = openTenants({ store, now, newId: () => ids.pop() ?? scope.newId() });
  const tenant = await tenants.create({ name, policy });
  const secrets = createLocalSecretStore({ store, randomBytes });
  const links = createLinks({ sealer: createSealer({ secrets, name: 'links', randomBytes }), now, baseUrl });
  const lines: MailLine[] = [];
  const parts = { tenants, templates: loadTemplates(undefined), links, now };
  return {
    ...{ tenancy, tenants, tenant, links, lines },
    send: (sender, on = store) => sendMails({ ...parts, store: on, sender, log: (line) => lines.push(line) }),
    write: (occasion, id) =>
      store.commit({ container: 'users', tenantId: tenant.id }, [
        mailChange(scope, occasion, id ?? scope.newId()),
      ]),
    mails: async () => (await all('users', 'mail')) as readonly MailDocument[],
    wait(minutes) {
      clock.time += minutes * 60_000;
    },
    async accountIdOf(user) {
      const account = (await all('users', 'account')).find((one) => one.user === user);
      return account?.id.slice(documentId('').length) ?? '';
    },
    [Symbol.asyncDispose]: () => tenancy[Symbol.asyncDispose](),
  };
}

/** A sender that takes every mail, or answers as a test says; `sent` are those it has taken. */
export function openMailbox(answer: (message: MailMessage) => Delivery | Promise<Delivery> = accept) {
  const sent: MailMessage[] = [];
  const offered: MailMessage[] = [];
  const sender: MailSender = {
    async send(message) {
      offered.push(message);
      const delivery = await answer(message);
      if (delivery.outcome === 'accepted') sent.push(message);
      return delivery;
    },
  };
  return { sender, sent, offered };
}

function accept(): Delivery {
  return { outcome: 'accepted' };
}
