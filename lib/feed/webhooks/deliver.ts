import { type Attempt, isSuccess } from './attempts.ts';
import type { Delivery } from './bodies.ts';
import type { Answer, Post } from './post.ts';
import type { WebhookSecrets } from './secrets.ts';
import { signatureHeaders } from './signatures.ts';
import type { WebhookDocument, WebhookRef } from './webhook.ts';

/** The services that make one delivery. */
export interface DeliverServices {
  readonly post: Post;
  readonly secrets: WebhookSecrets;
  readonly now: () => number;
}

/** A delivery to make, and how its attempt is told. */
export interface Outgoing {
  readonly ref: WebhookRef;
  readonly webhook: WebhookDocument;
  readonly delivery: Delivery;
  readonly feed: string;
  /** From 1; absent if an operator has asked for it. */
  readonly attempt?: number;
}

/** Signs and sends a delivery once. Rejects with a StoreError if the secrets cannot be read. */
export async function deliver(
  { post, secrets, now }: DeliverServices,
  { ref, webhook, delivery, feed, attempt }: Outgoing,
): Promise<{ readonly isAccepted: boolean; readonly answer: Answer; readonly told: Attempt }> {
  const at = now();
  const { id: event, type, body } = delivery;
  const keys = await secrets.signing(ref, webhook, at);
  const headers = {
    'content-type': 'application/cloudevents+json',
    ...signatureHeaders({ id: event, at, body }, keys),
  };
  const answer = await post(webhook.url, headers, body);
  const { status, error, milliseconds, text } = answer;
  const told = { event, type, feed, at: new Date(at).toISOString(), attempt, status, error, milliseconds };
  return { isAccepted: isSuccess(status), answer, told: { ...told, answer: text } };
}
