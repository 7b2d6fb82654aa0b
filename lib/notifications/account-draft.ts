import { type AccountDocument, accountKind, documentId, isLive } from '../accounts/account.ts';
import { limits } from '../base/limits.ts';
import type { AccountTemplate } from '../mail/mail-document.ts';
import { oneLine } from '../mail/render.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Draft, MailServices } from './draft.ts';
import type { LinkPurpose } from './links.ts';

const purposes: Readonly<Partial<Record<AccountTemplate, LinkPurpose>>> = {
  invitation: 'activation',
  passwordLink: 'password',
};

/** Drafts a mail to the owner of an account; `outdated` if the account is no longer in the state for it. */
export async function accountDraft(
  { store, links }: Pick<MailServices, 'store' | 'links'>,
  tenant: Tenant,
  { template, account: id }: { template: AccountTemplate; account: string },
): Promise<Draft> {
  const key = { container: 'users', tenantId: tenant.id, kind: accountKind, id: documentId(id) } as const;
  const account = (await store.read(key))?.document as AccountDocument | undefined;
  if (!account || !isLive(account)) return 'outdated';
  if (template === 'invitation' && account.state !== 'invited') return 'outdated';
  const purpose = purposes[template];
  const link = purpose && (await links.linkFor(purpose, tenant, { ...account, id }));
  if (!tenant.policy.notifications[template] || (purpose && link === undefined)) return 'unwanted';
  const { email = '' } = account.attributes;
  const name = nameOf(account);
  return {
    to: [{ address: email, name }],
    view: { name, login: account.login, link, days: limits.linkDays },
  };
}

function nameOf({ attributes: { displayName, givenName, familyName } }: AccountDocument): string | undefined {
  const full = [givenName, familyName].filter((part) => part !== undefined).join(' ');
  return oneLine(displayName ?? full, limits.mailNameCharactersMax) || undefined;
}
