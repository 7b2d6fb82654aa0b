import { deploymentFeed } from '../feed/entries.ts';
import { readWebhook } from '../feed/webhooks/keep-webhooks.ts';
import type { WebhookDocument, WebhookRef } from '../feed/webhooks/webhook.ts';
import { invalidValue, notFound } from '../scim/errors.ts';
import { type ManageContext, requireTenant } from './row.ts';

type Params = Readonly<Record<string, string>>;

/** The tenant of a path; `undefined` for the deployment. Rejects with ScimError `notFound`. */
export async function tenantIn(context: ManageContext, { tenant }: Params): Promise<string | undefined> {
  return tenant === undefined ? undefined : (await requireTenant(context, { tenant })).id;
}

/** Finds the endpoint of a path. Rejects with ScimError `notFound`. */
export async function requireWebhook(
  context: ManageContext,
  params: Params,
): Promise<{ ref: WebhookRef; webhook: WebhookDocument }> {
  const ref = { tenant: await tenantIn(context, params), id: params.webhook ?? '' };
  const webhook = await readWebhook(context.webhooks.store, ref);
  if (!webhook || webhook.state === 'deleted') throw noWebhook();
  return { ref, webhook };
}

/** Makes the error for a path without an endpoint. */
export const noWebhook = () =>
  notFound('There is no endpoint with this id here: list them with GET …/webhooks');

/** The feed of a tenant that a body names. Throws ScimError `invalidValue` if it is not one of the endpoint. */
export function feedIn({ tenant: own }: WebhookRef, tenant: string | undefined): string {
  if (own === undefined) return tenant ?? deploymentFeed;
  if (tenant === undefined || tenant === own) return own;
  throw invalidValue('Property tenant is for endpoints for all tenants: leave it out');
}
