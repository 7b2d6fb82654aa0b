import * as z from 'zod';
import { readAccount } from '../accounts/links.ts';
import type { Links } from '../notifications/links.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { DirectoryOf } from './manage-members.ts';
import { parseInput } from './parse-input.ts';

interface LinkParts {
  readonly links: Pick<Links, 'openToken'>;
  readonly tenants: Pick<Tenants, 'retrieve'>;
  readonly directoryOf: DirectoryOf;
}

const openSchema = z.strictObject({ token: z.string().max(2_000) });

/**
 * Tells the product's own page whom a link was made for, from `{token}`: purpose, tenant, account, its state, user and
 * login, and whether the link has expired.
 */
export const openLink =
  ({ links, tenants, directoryOf }: LinkParts) =>
  async ({ body }: { body: unknown }): Promise<JsonObject> => {
    const { token } = parseInput(openSchema, body);
    for (const purpose of ['activation', 'password'] as const) {
      const content = await links.openToken(purpose, token);
      const tenant = content && (await tenants.retrieve(content.tenant));
      const stored = tenant && (await readAccount({ directory: directoryOf(tenant) }, content.account));
      if (!stored) continue;
      const { state, user, login } = stored.document;
      return {
        ...{ purpose, expired: content.isExpired, tenant: tenant.id, account: content.account, state },
        ...(user === undefined ? {} : { user }),
        ...(login === undefined ? {} : { login }),
      };
    }
    throw new ScimError('notFound', { detail: 'The token is of no link to an account that there is' });
  };
