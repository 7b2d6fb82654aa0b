import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Account } from '../accounts/account.ts';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import type { createSealer } from '../keys/sealer.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** What a link is for; one does not do for the other. */
export type LinkPurpose = 'activation' | 'password';

interface LinkServices {
  readonly sealer: ReturnType<typeof createSealer>;
  readonly now: Clock;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
}

const contentSchema = z.object({
  tenant: z.string(),
  account: z.string(),
  /** Of the address that the link was sent to. */
  digest: z.string(),
  expires: z.number(),
});

/** Whom a link was made for. */
export interface LinkContent {
  readonly tenant: string;
  readonly account: string;
  readonly isExpired: boolean;
  /** Whether the link was sent to the address that the account has: one that went elsewhere opens nothing. */
  isFor(account: Addressed): boolean;
}

type Addressed = Pick<Account, 'attributes'>;

/** Makes what a mail's owner follows, and tells for whom it was made. */
export type Links = ReturnType<typeof createLinks>;

/** The links in mails: what they tell is sealed in them, and nothing of it is kept. */
export function createLinks({ sealer, now, baseUrl }: LinkServices) {
  return {
    /** The link for an account, on the tenant's own page where it names one; `undefined` where there is no page. */
    async linkFor(
      purpose: LinkPurpose,
      { id: tenant, policy }: Tenant,
      { id: account, ...addressed }: Addressed & { readonly id: string },
    ): Promise<string | undefined> {
      const { activationUrl, passwordUrl } = policy.notifications;
      const pages = { activation: activationUrl ?? `${baseUrl}/activate/{token}`, password: passwordUrl };
      const expires = now() + limits.linkDays * 86_400_000;
      const content = { tenant, account, digest: digestOf(addressed), expires };
      const token = await sealer.seal(JSON.stringify(content), purpose);
      return pages[purpose]?.replaceAll('{token}', token);
    },

    /** Whom a token was made for; `undefined` for what was not made here for the purpose. */
    async openToken(purpose: LinkPurpose, token: string): Promise<LinkContent | undefined> {
      const text = await sealer.open(token, purpose);
      if (text === undefined) return undefined;
      const { data } = contentSchema.safeParse(JSON.parse(text));
      if (!data) return undefined;
      const { tenant, account, digest, expires } = data;
      const isFor = (addressed: Addressed) => digestOf(addressed) === digest;
      return { tenant, account, isExpired: expires <= now(), isFor };
    },
  };
}

function digestOf({ attributes: { email = '' } }: Addressed): string {
  return createHash('sha256').update(withoutCase(email)).digest('base64url').slice(0, 16);
}
