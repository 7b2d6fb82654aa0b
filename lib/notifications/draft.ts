import type { Clock } from '../base/clock.ts';
import type { Mailbox } from '../mail/mail-sender.ts';
import type { TemplateView } from '../mail/render.ts';
import type { Templates } from '../mail/templates.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { Links } from './links.ts';

/** The stores and templates from which mails are composed. */
export interface MailServices {
  readonly store: DocumentStore;
  readonly tenants: Pick<Tenants, 'retrieve'>;
  readonly templates: Templates;
  readonly links: Links;
  readonly now: Clock;
}

/** The recipients of a mail and the values of its template, or the reason not to send it. */
export type Draft =
  | { readonly to: readonly Mailbox[]; readonly view: TemplateView }
  | 'outdated'
  | 'unwanted';
