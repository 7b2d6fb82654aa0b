import * as z from 'zod';
import { webhookLimits } from '../base/webhook-limits.ts';
import { successOf } from '../feed/webhooks/attempts.ts';
import { listWebhooks, readWebhook, TooManyWebhooksError } from '../feed/webhooks/keep-webhooks.ts';
import { changeWebhook, createWebhook, deleteWebhook } from '../feed/webhooks/manage.ts';
import { waitingSince } from '../feed/webhooks/oldest.ts';
import { ScimError } from '../scim/errors.ts';
import { noWebhook, requireWebhook, tenantIn } from './find-webhooks.ts';
import { manageRow } from './row.ts';
import { sendingRows } from './send-webhooks.ts';
import { instant } from './views.ts';
import { creation, edition, newSecretView, statusView, viewWebhook, webhookView } from './webhook-views.ts';

/** Declares the operations on a list of endpoints. */
function listRows<Path extends string>(template: Path, name: string, whose: string) {
  return [
    manageRow({
      name: `${name}-create`,
      method: 'POST',
      template,
      summary: `Creates an endpoint for the events of ${whose}. Only this answer shows its secret.`,
      status: 201,
      body: creation,
      answer: newSecretView,
      async run(context, { params, body }) {
        const tenant = await tenantIn(context, params);
        const made = createWebhook(context.webhooks, { ...body, tenant, actor: context.actor });
        const { webhook, secret } = await inWords(made);
        return { ...(await viewWebhook(context, webhook)), secret };
      },
    }),
    manageRow({
      name: `${name}-list`,
      method: 'GET',
      template,
      summary: `Lists the endpoints for the events of ${whose}.`,
      answer: z.object({ webhooks: z.array(webhookView) }),
      async run(context, { params }) {
        const { store } = context.webhooks;
        const refs = await listWebhooks(store, await tenantIn(context, params));
        const found = await Promise.all(refs.map((ref) => readWebhook(store, ref)));
        const views = found.flatMap((webhook) => (webhook ? [viewWebhook(context, webhook)] : []));
        return { webhooks: await Promise.all(views) };
      },
    }),
  ];
}

/** Declares the operations on one endpoint. */
function oneRows<Path extends string>(template: Path, name: string) {
  return [
    manageRow({
      name: `${name}-retrieve`,
      method: 'GET',
      template,
      summary: 'Retrieves an endpoint, with its success and what waits for it.',
      answer: statusView,
      async run(context, { params }) {
        const { ref, webhook } = await requireWebhook(context, params);
        const { store, now } = context.webhooks;
        const since = await waitingSince(store, ref);
        return {
          ...(await viewWebhook(context, webhook)),
          waitingSince: since === undefined ? undefined : instant(since),
          success: await successOf(store, ref, now()),
        };
      },
    }),
    manageRow({
      name: `${name}-edit`,
      method: 'PATCH',
      template,
      summary: 'Edits an endpoint, or switches it off and on. On: what waits for it is delivered.',
      body: edition,
      answer: webhookView,
      async run(context, { params, body }) {
        const { ref } = await requireWebhook(context, params);
        const edited = await changeWebhook(context.webhooks, ref, { ...body, actor: context.actor });
        if (!edited) throw noWebhook();
        return viewWebhook(context, edited);
      },
    }),
    manageRow({
      name: `${name}-delete`,
      method: 'DELETE',
      template,
      summary: 'Deletes an endpoint with its secrets, attempts and place in the feed.',
      async run(context, { params }) {
        const { ref } = await requireWebhook(context, params);
        await deleteWebhook(context.webhooks, ref, context.actor);
      },
    }),
  ];
}

/** Declares the operations on the endpoints of a tenant, or on those of the deployment. */
function rowsAt<Prefix extends string>(prefix: Prefix, name: string, whose: string) {
  const one = `${prefix}webhooks/{webhook}` as const;
  return [
    ...listRows(`${prefix}webhooks` as const, name, whose),
    ...oneRows(one, name),
    ...sendingRows(one, name),
  ];
}

/** The operations on the endpoints of webhooks. They are for operators alone. */
export const webhookRows = [
  ...rowsAt('tenants/{tenant}/', 'manage-tenant-webhooks', 'a tenant'),
  ...rowsAt('', 'manage-webhooks', 'all tenants'),
];

/** Awaits an answer; converts a TooManyWebhooksError to a ScimError. */
async function inWords<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((cause: unknown) => {
    if (!(cause instanceof TooManyWebhooksError)) throw cause;
    const detail = `There are ${webhookLimits.endpointsMax} endpoints already: delete one first`;
    throw new ScimError('conflict', { detail, cause });
  });
}
