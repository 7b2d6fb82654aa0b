import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import type { MailDocument, MailState, MailTemplate } from '../mail/mail-document.ts';
import type { Delivery, MailMessage, MailSender } from '../mail/mail-sender.ts';
import {
  type Conclusion,
  claimMail,
  concludeMail,
  dueMails,
  type Postponement,
  postponeMail,
  readClaimed,
  type StoredMail,
} from '../mail/outbox.ts';
import { StoreError } from '../store/document-store.ts';
import { composeMail, type MailServices } from './compose.ts';

/** The log line of a mail. */
export interface MailLine {
  readonly tenant: string;
  readonly mail: string;
  readonly template: MailTemplate;
  readonly attempts: number;
  readonly state: Exclude<MailState, 'sending'> | 'waiting';
  readonly reason?: string;
  readonly refused?: number;
}

interface SendServices extends MailServices {
  /** Absent if the deployment sends no mails; they are skipped then. */
  readonly sender: MailSender | undefined;
  readonly log: (line: MailLine) => void;
}

/**
 * Sends the mails that are due, each at most once. A mail that may have been accepted is not sent again.
 *
 * Several runs may overlap, and a run may be interrupted anywhere. Rejects with StoreError if the store
 * fails, and at the end with an AggregateError of the failures of single mails.
 */
export async function sendMails(services: SendServices): Promise<void> {
  const ends = services.now() + limits.mailRunSecondsMax * 1_000;
  const failures: unknown[] = [];
  let isReachable = true;
  await forEachConcurrently(await dueMails(services), limits.mailsAtOnce, async (mail) => {
    // If the server cannot be reached, the other mails would only use up their attempts.
    if (!isReachable || services.now() >= ends) return;
    if (!(await trySend(services, mail, failures))) isReachable = false;
  });
  if (failures.length > 0) throw new AggregateError(failures, 'Some mails could not be composed');
}

/** Sends one mail. A mail that cannot be composed is postponed, so that it does not block the others. */
async function trySend(services: SendServices, mail: StoredMail, failures: unknown[]): Promise<boolean> {
  try {
    return await sendMail(services, mail);
  } catch (thrown) {
    if (thrown instanceof StoreError) throw thrown;
    failures.push(thrown);
    await postpone(services, mail, { reason: 'internal' });
    return true;
  }
}

/** Sends one mail or concludes it; false if the mail server cannot be reached. */
async function sendMail(services: SendServices, mail: StoredMail): Promise<boolean> {
  const { sender } = services;
  // Its lease is over: the instance that claimed it stopped before it recorded the server's response.
  if (mail.document.state === 'sending')
    return conclude(services, mail, { state: 'unknown', reason: 'cutOff' });
  if (!sender) return conclude(services, mail, { state: 'skipped', reason: 'noSender' });
  const composed = await composeMail(services, mail.document);
  if ('end' in composed) return conclude(services, mail, composed.end);
  const lease = await claimMail(services, mail);
  if (lease === undefined) return true;
  const delivery = await handOver(sender, composed.message);
  const claimed = await readClaimed(services, mail, lease);
  if (claimed) await settle(services, claimed, delivery);
  return delivery.outcome !== 'unreachable';
}

async function handOver(sender: MailSender, message: MailMessage): Promise<Delivery> {
  try {
    return await sender.send(message);
  } catch (thrown) {
    return { outcome: 'unknown', reason: thrown instanceof Error ? thrown.name : 'internal' };
  }
}

function settle(services: SendServices, mail: StoredMail, delivery: Delivery): Promise<unknown> {
  switch (delivery.outcome) {
    case 'accepted':
      return conclude(services, mail, { state: 'sent', refused: delivery.refused || undefined });
    case 'refused':
      return conclude(services, mail, { state: 'failed', reason: delivery.reason });
    case 'unknown':
      return conclude(services, mail, { state: 'unknown', reason: delivery.reason });
    case 'deferred':
    case 'unreachable':
      return postpone(services, mail, delivery);
  }
}

async function conclude(services: SendServices, mail: StoredMail, conclusion: Conclusion): Promise<true> {
  if (await concludeMail(services, mail, conclusion))
    services.log({ ...lineOf(mail.document), ...conclusion });
  return true;
}

async function postpone(services: SendServices, mail: StoredMail, wait: Postponement): Promise<void> {
  const state = await postponeMail(services, mail, wait);
  if (state) services.log({ ...lineOf(mail.document), state, reason: wait.reason });
}

function lineOf({ tenantId, id, template, attempts }: MailDocument) {
  return { tenant: tenantId, mail: id, template, attempts };
}
