import type { Clock } from '../../base/clock.ts';
import { webhookLimits } from '../../base/webhook-limits.ts';
import { newestFirst } from '../../store/change-document.ts';
import type { Change, Document, DocumentStore } from '../../store/document-store.ts';
import { type WebhookRef, workPlaceOf } from './webhook.ts';

/** The kind of an AttemptsDocument, in the container `tenants`. */
export const attemptsKind = 'webhook-attempts';

/** One delivery to an endpoint, and the beginning of its answer. */
export interface Attempt {
  /** The id of the event. */
  readonly event: string;
  readonly type: string;
  /** The tenant of the event, or `_deployment` for an event of a tenant itself. */
  readonly feed: string;
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** From 1. Absent for a delivery that an operator has asked for. */
  readonly attempt?: number | undefined;
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  readonly milliseconds: number;
  /** The first bytes of the answer as text. */
  readonly answer: string;
}

/** Attempts of one run, kept for `webhookLimits.attemptDays`. Ids sort the newest first. */
interface AttemptsDocument extends Document {
  readonly attempts: readonly Attempt[];
}

/** The beginning of the ids of an endpoint's attempts. */
export const attemptsPrefix = ({ id }: WebhookRef) => `${attemptsKind}:${id}:`;

/** Builds the change that keeps attempts. */
export function attemptsChange(
  { now, newId }: { readonly now: Clock; readonly newId: () => string },
  ref: WebhookRef,
  attempts: readonly Attempt[],
): Change {
  const id = `${attemptsPrefix(ref)}${newestFirst(now())}:${newId()}`;
  const expires = now() + webhookLimits.attemptDays * 86_400_000;
  const document = { id, tenantId: workPlaceOf(ref).tenantId, kind: attemptsKind, expires, attempts };
  return { op: 'create', document };
}

/** Reads attempts, the newest first, from the documents behind an id. `next` is the id for the following page. */
export async function readAttempts(
  store: DocumentStore,
  ref: WebhookRef,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ attempts: readonly Attempt[]; next: string | undefined }> {
  const prefix = attemptsPrefix(ref);
  const query = { ...workPlaceOf(ref), kind: attemptsKind, after: `${prefix}${after ?? ''}`, limit };
  const page = await store.query(query);
  const own = page.documents.flatMap(({ document }) =>
    document.id.startsWith(prefix) ? [document as AttemptsDocument] : [],
  );
  const isMore = page.more && own.length === page.documents.length;
  return {
    attempts: own.flatMap(({ attempts }) => attempts.toReversed()),
    next: isMore ? own.at(-1)?.id.slice(prefix.length) : undefined,
  };
}

/** The success of deliveries. */
export interface Success {
  readonly deliveries: number;
  /** From 0 to 1; absent without deliveries. */
  readonly share?: number;
  /** Milliseconds within which 95 % of the successful ones were answered. */
  readonly p95?: number;
}

/** Tells the success of the last deliveries of a day, at most those of `webhookLimits.attemptPagesMax` documents. */
export async function successOf(store: DocumentStore, ref: WebhookRef, now: number): Promise<Success> {
  const { attempts } = await readAttempts(store, ref, { limit: webhookLimits.attemptPagesMax });
  const since = new Date(now - 86_400_000).toISOString();
  const recent = attempts.filter(({ at }) => at >= since);
  const times = recent
    .flatMap(({ status, milliseconds }) => (isSuccess(status) ? [milliseconds] : []))
    .toSorted((a, b) => a - b);
  if (recent.length === 0) return { deliveries: 0 };
  const p95 = times[Math.ceil(times.length * 0.95) - 1];
  return {
    deliveries: recent.length,
    share: times.length / recent.length,
    ...(p95 !== undefined && { p95 }),
  };
}

/** Tests if an answer accepts a delivery. A redirection does not. */
export const isSuccess = (status: number | undefined) =>
  status !== undefined && status >= 200 && status < 300;
