import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Account } from '../accounts/account.ts';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import type { createSealer } from '../keys/sealer.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** The purpose of a link. A link serves only one of them. */
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
  /** Hash of the address that the link was sent to. */
  digest: z.string(),
  expires: z.number(),
});

/** The tenant and account of a link. */
export interface LinkContent {
  readonly tenant: string;
  readonly account: string;
  readonly isExpired: boolean;
  /** Tests if the link was sent to the account's present address; a link sent elsewhere opens nothing. */
  isFor(account: Addressed): boolean;
}

type Addressed = Pick<Account, 'attributes'>;

/** Makes and opens the links in mails. */
export type Links = ReturnType<typeof createLinks>;

/** Makes and opens the links in mails. Their content is sealed in them and not stored. */
export function createLinks({ sealer, now, baseUrl }: LinkServices) {
  return {
    /** Makes a link to the page that the policy names, or to Muster's; `undefined` if there is no page. */
    async linkFor(
      purpose: LinkPurpose,
      { id: tenant, policy }: Tenant,
      { id: account, ...addressed }: Addressed & { readonly id: string },
    ): Promise<string | undefined> {
      const { activationUrl, passwordUrl } = policy.notifications;
      const pages = {
        activation: activationUrl ?? `${baseUrl}/activate?token={token}`,
        password: passwordUrl,
      };
      const expires = now() + limits.linkDays * 86_400_000;
      const content = { tenant, account, digest: digestOf(addressed), expires };
      const token = await sealer.seal(JSON.stringify(content), purpose);
      return pages[purpose]?.replaceAll('{token}', token);
    },

    /** Opens the token of a link; answers `undefined` if Muster did not make it for this purpose. */
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
