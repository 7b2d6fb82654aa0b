import { webhookLimits } from '../../base/webhook-limits.ts';
import type { Document, DocumentKey, Partition } from '../../store/document-store.ts';
import { registry, tenantPartition } from '../../tenants/tenant-documents.ts';

/** The kind of a WebhookDocument, in the container `tenants`. */
export const webhookKind = 'webhook';

/** The settings of an endpoint that operators choose. */
export interface WebhookSettings {
  readonly url: string;
  readonly description: string;
  /** Types of events that are sent, or their beginnings, which end in `.`; empty for all. */
  readonly types: readonly string[];
  /** Sends the events of a tenant one after the other, in the order of its feed. */
  readonly ordered: boolean;
}

/** A secret of an endpoint by its number. Times are in milliseconds since 1970. */
export interface WebhookSecret {
  readonly version: number;
  /** The time from which it no longer signs; absent for the last one. */
  readonly until?: number;
}

/** `failing` endpoints get one delivery now and then, until one succeeds. */
export type WebhookState = 'active' | 'failing' | 'disabled' | 'deleted';

/** An endpoint of a tenant, or of the deployment for all tenants. Times are in milliseconds since 1970. */
export interface WebhookDocument extends Document, WebhookSettings {
  readonly state: WebhookState;
  /** The cause of `disabled`: an operator, the answer 410, or too long a time of failures. */
  readonly reason?: 'operator' | 'gone' | 'failures' | undefined;
  readonly created: number;
  readonly secrets: readonly WebhookSecret[];
  /** Failures in a row, and the time of the first of them. */
  readonly failures: number;
  readonly failedSince?: number | undefined;
  /** While it is failing: the feed whose next event is tried, and the time from which it is. */
  readonly probe?: { readonly feed: string; readonly due: number } | undefined;
  /** The time from which all feeds are looked through for events that wait. */
  readonly catchUp?: number | undefined;
}

/** The name of an endpoint: of a tenant, or of the deployment. */
export interface WebhookRef {
  readonly tenant?: string | undefined;
  readonly id: string;
}

/** The partition that holds an endpoint, and the list of those that are there. */
export function homeOf({ tenant }: Pick<WebhookRef, 'tenant'>): Partition {
  return tenant === undefined ? registry : tenantPartition(tenant);
}

/** The partition of an endpoint's cursors and attempts. One for all tenants has a partition of its own. */
export function workPlaceOf({ tenant, id }: WebhookRef): Partition {
  return tenant === undefined
    ? { container: 'tenants', tenantId: `_webhook.${id}` }
    : tenantPartition(tenant);
}

/** The id of an endpoint's document. */
export const webhookKey = (ref: WebhookRef): DocumentKey => ({
  ...homeOf(ref),
  kind: webhookKind,
  id: `${webhookKind}:${ref.id}`,
});

/** The name of the endpoint in a document. */
export function refOf({ id, tenantId }: Pick<Document, 'id' | 'tenantId'>): WebhookRef {
  const tenant = tenantId === registry.tenantId ? undefined : tenantId;
  return { tenant, id: id.slice(`${webhookKind}:`.length) };
}

/** The same endpoint, due when the timer has something to do for it. */
export function withDue(webhook: WebhookDocument): WebhookDocument {
  const { state, probe, catchUp, secrets, created } = webhook;
  const times = [
    ...secrets.flatMap(({ until }) => until ?? []),
    ...(state === 'failing' && probe ? [probe.due] : []),
    ...(state === 'active' && catchUp !== undefined ? [catchUp] : []),
    ...(state === 'deleted' ? [created] : []),
  ];
  return { ...webhook, due: times.length > 0 ? Math.min(...times) : undefined };
}

/**
 * Computes the time of the next attempt after the n-th, from 1. `retryAfterSeconds` is what the receiver asks for, and
 * `chance` a number from 0 to 1 that spreads attempts.
 */
export function nextAttempt(
  now: number,
  attempts: number,
  { retryAfterSeconds = 0, chance }: { retryAfterSeconds?: number | undefined; chance: number },
): number {
  const { retrySeconds } = webhookLimits;
  const seconds = retrySeconds[Math.min(attempts, retrySeconds.length) - 1] ?? 0;
  return now + Math.max(seconds * (1 + chance / 10), retryAfterSeconds) * 1_000;
}

/** Tests if an attempt of an event, from 1, was the last. */
export const isLastAttempt = (attempts: number) => attempts > webhookLimits.retrySeconds.length;
