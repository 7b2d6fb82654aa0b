import type { LogLine } from '../../base/log-lines.ts';
import { webhookLimits } from '../../base/webhook-limits.ts';
import type { Actor } from '../../store/change-document.ts';
import { editWebhook, type WebhookStore } from './keep-webhooks.ts';
import type { WebhookDocument, WebhookRef } from './webhook.ts';

/** The services that keep the health of endpoints. */
export interface HealthServices extends WebhookStore {
  readonly log: (level: 'information' | 'warning', line: LogLine<'webhook'>) => void;
}

/** A delivery that an endpoint has not accepted. */
export interface Failure {
  readonly feed: string;
  readonly status?: number | undefined;
  /** The time of the next attempt. */
  readonly due: number;
  readonly isProbe: boolean;
}

/** Notes that an endpoint has accepted a delivery. Then it is active again, and what waits for it is due. */
export async function noteSuccess(
  services: HealthServices,
  ref: WebhookRef,
  actor: Actor = timerOf(services),
): Promise<WebhookDocument | undefined> {
  const { now } = services;
  let wasFailing = false;
  const edited = await editWebhook(services, ref, (webhook) => {
    if (webhook.state === 'disabled' || webhook.failures === 0) return undefined;
    wasFailing = webhook.state === 'failing';
    return {
      webhook: { ...healthy(webhook), catchUp: wasFailing ? now() : webhook.catchUp },
      act: wasFailing ? { operation: 'recover', actor } : undefined,
    };
  });
  if (wasFailing) tell(services, ref, { state: 'active' });
  return edited;
}

/** The same endpoint, without its failures. */
export function healthy(webhook: WebhookDocument): WebhookDocument {
  const none = { reason: undefined, failedSince: undefined, probe: undefined };
  return { ...webhook, ...none, state: 'active', failures: 0 };
}

/** Notes that an endpoint has not accepted a delivery, which may make it failing or disable it. */
export async function noteFailure(
  services: HealthServices,
  ref: WebhookRef,
  failure: Failure,
): Promise<WebhookDocument | undefined> {
  let before: WebhookDocument | undefined;
  const after = await editWebhook(services, ref, (webhook) => {
    before = webhook;
    if (webhook.state === 'disabled') return undefined;
    const edited = failed(webhook, failure, services.now());
    const isChanged = edited.state !== webhook.state;
    const operation = edited.state === 'disabled' ? 'disable' : 'fail';
    return { webhook: edited, act: isChanged ? { operation, actor: timerOf(services) } : undefined };
  });
  if (after && before && after.state !== before.state) {
    const { state, reason, failures } = after;
    tell(services, ref, { state, reason, failures });
  }
  return after;
}

const failingMilliseconds = webhookLimits.failingDaysMax * 86_400_000;

function failed(webhook: WebhookDocument, failure: Failure, now: number): WebhookDocument {
  const { feed, status, due, isProbe } = failure;
  const { state, failedSince = now } = webhook;
  const failures = webhook.failures + 1;
  const counted = { ...webhook, failures, failedSince };
  const disabled = { ...counted, state: 'disabled', probe: undefined } as const;
  if (status === 410) return { ...disabled, reason: 'gone' };
  if (now - failedSince >= failingMilliseconds) return { ...disabled, reason: 'failures' };
  if (failures < webhookLimits.failuresMax) return counted;
  // Deliveries that were under way when it became failing do not put off the next attempt.
  const next = { feed, due: Math.min(due, failedSince + failingMilliseconds) };
  const probe = state === 'failing' && !isProbe ? webhook.probe : next;
  return { ...counted, state: 'failing', probe };
}

function tell(
  services: HealthServices,
  { tenant, id: webhook }: WebhookRef,
  line: Pick<LogLine<'webhook'>, 'state' | 'reason' | 'failures'>,
): void {
  const level = line.state === 'active' ? 'information' : 'warning';
  services.log(level, { event: 'webhook', tenant, webhook, ...line });
}

const timerOf = ({ newId }: HealthServices): Actor => ({ credential: 'timer', requestId: newId() });
