import * as z from 'zod';
import { type AccountDocument, accountKind, documentId, isLive } from '../accounts/account.ts';
import { isExact } from '../accounts/login.ts';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { isActive } from '../keys/key-list.ts';
import { readKeyRecord } from '../keys/key-record.ts';
import { type AccountTemplate, type MailDocument, messageId } from '../mail/mail-document.ts';
import type { Mailbox, MailMessage } from '../mail/mail-sender.ts';
import type { Conclusion } from '../mail/outbox.ts';
import { oneLine, renderMail, type TemplateView } from '../mail/render.ts';
import type { Templates } from '../mail/templates.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { whereEqual } from '../store/where-equal.ts';
import { productOf, type Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { LinkPurpose, Links } from './links.ts';

/** The stores and templates from which mails are composed. */
export interface MailServices {
  readonly store: DocumentStore;
  readonly tenants: Pick<Tenants, 'retrieve'>;
  readonly templates: Templates;
  readonly links: Links;
  readonly now: Clock;
}

/** The recipients of a mail and the values of its template, or the reason not to send it. */
type Draft = { readonly to: readonly Mailbox[]; readonly view: TemplateView } | 'outdated' | 'unwanted';

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

const purposes: Readonly<Partial<Record<AccountTemplate, LinkPurpose>>> = {
  invitation: 'activation',
  passwordLink: 'password',
};

/** Drafts a mail to the owner of an account; `outdated` if the account is no longer in the state for it. */
async function accountDraft(
  { store, links }: Pick<MailServices, 'store' | 'links'>,
  tenant: Tenant,
  { template, account: id }: { template: AccountTemplate; account: string },
): Promise<Draft> {
  const key = { container: 'users', tenantId: tenant.id, kind: accountKind, id: documentId(id) } as const;
  const account = (await store.read(key))?.document as AccountDocument | undefined;
  if (!account || !isLive(account)) return 'outdated';
  if (tenant.ending && account.user !== undefined) return 'outdated';
  if (template === 'invitation' && account.state !== 'invited') return 'outdated';
  const purpose = purposes[template];
  const link = purpose && (await links.linkFor(purpose, tenant, { ...account, id }));
  if (!tenant.policy.notifications[template] || (purpose && link === undefined)) return 'unwanted';
  const { email = '' } = account.attributes;
  const name = nameOf(account);
  // Nobody types an externalId or a subject in to sign in.
  const login = isExact(account) ? undefined : account.login;
  const product = oneLine(productOf(tenant));
  const organisation = product === oneLine(tenant.name) ? undefined : oneLine(tenant.name);
  return {
    to: [{ address: email, name }],
    view: { product, organisation, name, login, link, days: limits.linkDays },
  };
}

function nameOf({ attributes: { displayName, givenName, familyName } }: AccountDocument): string | undefined {
  const full = [givenName, familyName].filter((part) => part !== undefined).join(' ');
  return oneLine(displayName ?? full, limits.mailNameCharactersMax) || undefined;
}

/** The administrators of a tenant: the addresses in its policy, and active accounts with the roles in it. */
async function administratorsOf(
  store: DocumentStore,
  { id: tenantId, policy }: Tenant,
): Promise<readonly Mailbox[]> {
  const { administrators, administratorRoles } = policy.notifications;
  const found = new Map(administrators.map((address) => [withoutCase(address), { address } as Mailbox]));
  for (const role of administratorRoles) {
    const page = await store.query({
      ...{ container: 'users', tenantId, kind: accountKind, limit: limits.mailRecipientsMax },
      where: whereEqual({ state: 'active', role }),
    });
    for (const { document } of page.documents) {
      const { email } = (document as AccountDocument).attributes;
      if (email !== undefined) found.set(withoutCase(email), { address: email });
    }
  }
  return [...found.values()].slice(0, limits.mailRecipientsMax);
}

const dayMs = 86_400_000;

/** Drafts a warning to administrators that a key expires; `outdated` if the key is not active. */
async function keyDraft(
  { store, now }: Pick<MailServices, 'store' | 'now'>,
  tenant: Tenant,
  key: string,
): Promise<Draft> {
  const { keys } = tenant;
  const ref = keys.find(({ id }) => id === key);
  if (!ref || !isActive(ref, now())) return 'outdated';
  const days = Math.ceil((ref.expires - now()) / dayMs);
  const record = await readKeyRecord(store, key);
  return {
    to: await administratorsOf(store, tenant),
    view: {
      key,
      label: record?.label,
      expires: new Date(ref.expires).toISOString().slice(0, 10),
      left: days === 1 ? '1 day' : `${days} days`,
    },
  };
}

const tally = z.record(z.string(), z.number()).default({});
const text = z.string().default('');

/** The properties of a run that a report uses; the audit trail has more. */
const runSchema = z.object({
  /** Milliseconds since 1970, like `seen`. */
  started: z.number(),
  seen: z.number(),
  counts: tally,
  refused: tally,
  held: tally,
  details: z
    .array(z.object({ error: text, detail: text, resourceType: text, resource: text }))
    .readonly()
    .default([]),
});

/** Drafts a report to administrators on a run with failures; `outdated` if the run is not kept any more. */
async function runDraft({ store }: Pick<MailServices, 'store'>, tenant: Tenant, run: string): Promise<Draft> {
  const { id: tenantId, policy } = tenant;
  const found = await store.read({ container: 'audit', tenantId, kind: 'run', id: run });
  if (!found) return 'outdated';
  if (!policy.notifications.failures) return 'unwanted';
  return {
    to: await administratorsOf(store, tenant),
    view: { run, ...viewOf(runSchema.parse(found.document)) },
  };
}

function viewOf({ started, seen, counts, refused, held, details }: z.infer<typeof runSchema>): TemplateView {
  const refusals = details.slice(0, limits.mailRefusalsMax);
  const holds = Object.entries(held).map(([reason, count]) => ({ reason, count }));
  return {
    started: minuteOf(started),
    ended: minuteOf(seen),
    created: counts.created ?? 0,
    changed: counts.changed ?? 0,
    deleted: counts.deleted ?? 0,
    refused: sum(refused),
    held: sum(held),
    hasRefusals: refusals.length > 0,
    refusals,
    hasHolds: holds.length > 0,
    holds,
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function minuteOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
