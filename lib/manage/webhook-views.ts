import * as z from 'zod';
import { webhookLimits } from '../base/webhook-limits.ts';
import { refOf, type WebhookDocument } from '../feed/webhooks/webhook.ts';
import type { ManageContext } from './row.ts';
import { instant } from './views.ts';

const typeName = z
  .string()
  .regex(
    /^[a-z]+\.[a-z_]*$/,
    'it must name types, such as account.disabled, or their beginnings, such as user.',
  );
const settings = {
  url: z
    .string()
    .max(webhookLimits.urlCharactersMax)
    .describe('HTTPS address on the public internet, or at a host in `WEBHOOK_HOSTS`.'),
  description: z.string().trim().max(500),
  types: z
    .array(typeName)
    .max(webhookLimits.typesMax)
    .describe(
      'Types of events to send. One that ends in a dot stands for all that begin with it. Empty: all.',
    ),
  ordered: z
    .boolean()
    .describe('True: one event of a tenant after the other. False: side by side, what ends access first.'),
};
/** The body that creates an endpoint. */
export const creation = z.strictObject({
  url: settings.url,
  description: settings.description.default(''),
  types: settings.types.default([]),
  ordered: settings.ordered.default(false),
});
/** The body that edits an endpoint. */
export const edition = z.strictObject({ ...settings, enabled: z.boolean() }).partial();

const secretView = z.object({
  publicKey: z.string().describe('`whpk_…`: checks the signature `v1a`.'),
  until: z.iso.datetime().optional().describe('The time until which a former secret signs.'),
});
/** An endpoint as operators see it. */
export const webhookView = z
  .object({
    id: z.string(),
    tenant: z.string().optional().describe('Absent for an endpoint for all tenants.'),
    ...settings,
    state: z.enum(['active', 'failing', 'disabled']),
    reason: z.enum(['operator', 'gone', 'failures']).optional().describe('The cause of `disabled`.'),
    created: z.iso.datetime(),
    secrets: z.array(secretView),
    failures: z.int().describe('Number of failures in a row.'),
    failingSince: z.iso.datetime().optional(),
    nextAttempt: z.iso
      .datetime()
      .optional()
      .describe('The earliest time of the next attempt while it is failing.'),
  })
  .meta({ id: 'Webhook' });
/** An endpoint with its success and what waits for it. */
export const statusView = webhookView.extend({
  waitingSince: z.iso.datetime().optional().describe('The time since which events wait for it.'),
  success: z.object({
    deliveries: z.int().describe('Number of the last deliveries within 24 hours.'),
    share: z.number().optional().describe('Share of them that was accepted, from 0 to 1.'),
    p95: z.number().optional().describe('Milliseconds within which 95 % of these were answered.'),
  }),
});
/** An endpoint with a secret that is shown once. */
export const newSecretView = webhookView.extend({
  secret: z.string().describe('`whsec_…`: checks the signature `v1`. It is shown only in this answer.'),
});
/** One delivery. */
export const attemptView = z.object({
  event: z.string(),
  type: z.string(),
  feed: z.string().describe('The tenant of the event; `_deployment` for an event of a tenant itself.'),
  at: z.iso.datetime(),
  attempt: z.int().optional().describe('Absent for a delivery that an operator has asked for.'),
  status: z.int().optional().describe('HTTP status of the answer.'),
  error: z.string().optional().describe('The reason why there was no answer.'),
  milliseconds: z.int(),
  answer: z.string().describe('The first 256 bytes of the answer.'),
});

/** Converts an endpoint to its view. */
export async function viewWebhook({ webhooks }: ManageContext, webhook: WebhookDocument): Promise<object> {
  const { url, description, types, ordered, state, reason, created, failures, failedSince, probe } = webhook;
  const ref = refOf(webhook);
  const secrets = webhook.secrets.map(async ({ version, until }) => {
    const { publicKey } = await webhooks.secrets.keysOf(ref, version);
    return { publicKey, until: until === undefined ? undefined : instant(until) };
  });
  return {
    ...{ ...ref, url, description, types, ordered, state, reason, created: instant(created), failures },
    secrets: await Promise.all(secrets),
    failingSince: failedSince === undefined ? undefined : instant(failedSince),
    nextAttempt: state === 'failing' && probe ? instant(probe.due) : undefined,
  };
}
