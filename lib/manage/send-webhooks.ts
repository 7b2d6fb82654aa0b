import * as z from 'zod';
import { limits } from '../base/limits.ts';
import { webhookLimits } from '../base/webhook-limits.ts';
import { readAttempts } from '../feed/webhooks/attempts.ts';
import { replayEvents, resendEvent, rotateWebhook, tryWebhook } from '../feed/webhooks/manage.ts';
import { notFound } from '../scim/errors.ts';
import { feedIn, noWebhook, requireWebhook } from './find-webhooks.ts';
import { manageRow } from './row.ts';
import { attemptView, newSecretView, viewWebhook } from './webhook-views.ts';

const time = z.iso
  .datetime({ offset: true, error: 'it must be a time such as 2026-01-31T12:00:00Z' })
  .transform((value) => Date.parse(value));

const feedOf = z
  .string()
  .optional()
  .describe(
    'The tenant of the events, for an endpoint for all tenants; without it, events of tenants themselves.',
  );

const oneEvent = z.strictObject({
  event: z.string().regex(/^evt_[\w-]{1,100}$/, 'it must be the id of an event, such as evt_0190'),
  tenant: feedOf,
});

/** Declares the operations that rotate secrets, send something, or show what was sent. */
export function sendingRows<Path extends string>(path: Path, name: string) {
  return [
    manageRow({
      name: `${name}-rotate`,
      method: 'POST',
      template: `${path}/rotate` as const,
      summary:
        'Gives an endpoint a new secret, which only this answer shows. The former one signs too for a while.',
      status: 201,
      body: z.strictObject({
        overlapHours: z
          .number()
          .min(0)
          .max(webhookLimits.overlapHoursMax)
          .default(webhookLimits.overlapHoursDefault),
      }),
      answer: newSecretView,
      async run(context, { params, body: { overlapHours } }) {
        const { ref } = await requireWebhook(context, params);
        const overlap = overlapHours * 3_600_000;
        const rotated = await rotateWebhook(context.webhooks, ref, { overlap, actor: context.actor });
        if (!rotated) throw noWebhook();
        return { ...(await viewWebhook(context, rotated.webhook)), secret: rotated.secret };
      },
    }),
    manageRow({
      name: `${name}-test`,
      method: 'POST',
      template: `${path}/test` as const,
      summary: 'Sends an endpoint a delivery of the type webhook.test, and shows the answer.',
      answer: attemptView,
      async run(context, { params }) {
        const { ref, webhook } = await requireWebhook(context, params);
        return tryWebhook(context.webhooks, ref, { webhook, actor: context.actor });
      },
    }),
    ...againRows(path, name),
  ];
}

/** Declares the operations that show what was sent, and send it again. */
function againRows<Path extends string>(path: Path, name: string) {
  return [
    manageRow({
      name: `${name}-attempts`,
      method: 'GET',
      template: `${path}/attempts` as const,
      summary:
        'Lists the deliveries of the last seven days with the beginnings of the answers, the newest first.',
      query: z.strictObject({
        after: z
          .string()
          .regex(/^[\w:.-]{1,100}$/, 'it must be `next` of the page before')
          .optional(),
      }),
      answer: z.object({ attempts: z.array(attemptView), next: z.string().optional() }),
      async run(context, { params, query: { after } }) {
        const { ref } = await requireWebhook(context, params);
        return readAttempts(context.webhooks.store, ref, { after, limit: limits.pageSizeDefault });
      },
    }),
    manageRow({
      name: `${name}-resend`,
      method: 'POST',
      template: `${path}/resend` as const,
      summary: 'Sends one event again with its id, whatever the state of the endpoint, and shows the answer.',
      body: oneEvent,
      answer: attemptView,
      async run(context, { params, body: { event, tenant } }) {
        const { ref, webhook } = await requireWebhook(context, params);
        const feed = feedIn(ref, tenant);
        const again = { webhook, feed, event, actor: context.actor };
        const attempt = await resendEvent(context.webhooks, ref, again);
        if (!attempt)
          throw notFound(
            'There is no event with this id in the feed: it may be of another tenant, or too old',
          );
        return attempt;
      },
    }),
    manageRow({
      name: `${name}-replay`,
      method: 'POST',
      template: `${path}/replay` as const,
      summary:
        'Sends the events of a time again, with their ids and in their order, before those that follow.',
      status: 202,
      body: z.strictObject({ from: time, until: time.optional(), tenant: feedOf }),
      answer: z.object({
        events: z.int().describe('Number of events in that time, before the filter by types.'),
      }),
      async run(context, { params, body: { tenant, ...range } }) {
        const { ref } = await requireWebhook(context, params);
        const feed = feedIn(ref, tenant);
        return {
          events: await replayEvents(context.webhooks, ref, { ...range, feed, actor: context.actor }),
        };
      },
    }),
  ];
}
