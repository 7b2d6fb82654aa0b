import type { Clock } from '../base/clock.ts';
import type { Recipient } from '../mail/mail-sender.ts';
import type { View } from '../mail/render.ts';
import type { Templates } from '../mail/templates.ts';
import type { DocumentStore } from '../store/document-store.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Links } from './links.ts';

/** What mails are written with. */
export interface ComposeParts {
  readonly store: DocumentStore;
  readonly tenants: { retrieve(id: string): Promise<Tenant | undefined> };
  readonly templates: Templates;
  readonly links: Links;
  readonly now: Clock;
}

/** Whom a mail goes to and what its template is told; or why there is no such mail any more. */
export type Draft = { readonly to: readonly Recipient[]; readonly view: View } | 'outdated' | 'unwanted';
