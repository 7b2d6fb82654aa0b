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
import { composeMail } from './compose.ts';
import type { ComposeParts } from './draft.ts';

/** What the log tells of a mail. */
export interface MailLine {
  readonly tenant: string;
  readonly mail: string;
  readonly template: MailTemplate;
  readonly attempts: number;
  readonly state: Exclude<MailState, 'sending'> | 'waiting';
  readonly reason?: string;
  readonly refused?: number;
}

/** What the timer sends mails with. */
export interface SendParts extends ComposeParts {
  /** Absent where the deployment sends no mails: then they are skipped. */
  readonly sender: MailSender | undefined;
  readonly log: (line: MailLine) => void;
}

/**
 * Sends the mails that are due, each at most once: what is not surely unsent is not sent again.
 *
 * May run twice, at once, and be cut off anywhere. Throws StoreError when the store fails, and an AggregateError of the
 * failures of single mails at the end.
 */
export async function sendMails(parts: SendParts): Promise<void> {
  const ends = parts.now() + limits.mailRunSecondsMax * 1_000;
  const failures: unknown[] = [];
  let isReachable = true;
  await forEachConcurrently(await dueMails(parts), limits.mailsAtOnce, async (mail) => {
    // Where one mail cannot be handed over, the others would only use up their attempts.
    if (!isReachable || parts.now() >= ends) return;
    if (!(await trySend(parts, mail, failures))) isReachable = false;
  });
  if (failures.length > 0) throw new AggregateError(failures, 'Some mails could not be written');
}

/** Sends one mail; one that cannot be written waits, so that it keeps no other from being sent. */
async function trySend(parts: SendParts, mail: StoredMail, failures: unknown[]): Promise<boolean> {
  try {
    return await sendMail(parts, mail);
  } catch (thrown) {
    if (thrown instanceof StoreError) throw thrown;
    failures.push(thrown);
    await postpone(parts, mail, { reason: 'internal' });
    return true;
  }
}

/** Sends one mail, or ends it; false when the mail server cannot be reached. */
async function sendMail(parts: SendParts, mail: StoredMail): Promise<boolean> {
  const { sender } = parts;
  // Its lease is over: whoever took it did not come to tell what the server said.
  if (mail.document.state === 'sending') return conclude(parts, mail, { state: 'unknown', reason: 'cutOff' });
  if (!sender) return conclude(parts, mail, { state: 'skipped', reason: 'noSender' });
  const composed = await composeMail(parts, mail.document);
  if ('end' in composed) return conclude(parts, mail, composed.end);
  const lease = await claimMail(parts, mail);
  if (lease === undefined) return true;
  const delivery = await handOver(sender, composed.message);
  const claimed = await readClaimed(parts, mail, lease);
  if (claimed) await settle(parts, claimed, delivery);
  return delivery.outcome !== 'unreachable';
}

async function handOver(sender: MailSender, message: MailMessage): Promise<Delivery> {
  try {
    return await sender.send(message);
  } catch (thrown) {
    return { outcome: 'unknown', reason: thrown instanceof Error ? thrown.name : 'internal' };
  }
}

async function settle(parts: SendParts, mail: StoredMail, delivery: Delivery): Promise<void> {
  switch (delivery.outcome) {
    case 'accepted':
      await conclude(parts, mail, { state: 'sent', refused: delivery.refused || undefined });
      return;
    case 'refused':
      await conclude(parts, mail, { state: 'failed', reason: delivery.reason });
      return;
    case 'unknown':
      await conclude(parts, mail, { state: 'unknown', reason: delivery.reason });
      return;
    case 'deferred':
    case 'unreachable':
      await postpone(parts, mail, delivery);
  }
}

async function conclude(parts: SendParts, mail: StoredMail, conclusion: Conclusion): Promise<true> {
  if (await concludeMail(parts, mail, conclusion)) parts.log({ ...lineOf(mail.document), ...conclusion });
  return true;
}

async function postpone(parts: SendParts, mail: StoredMail, wait: Postponement): Promise<void> {
  const state = await postponeMail(parts, mail, wait);
  if (state) parts.log({ ...lineOf(mail.document), state, reason: wait.reason });
}

function lineOf({ tenantId, id, template, attempts }: MailDocument) {
  return { tenant: tenantId, mail: id, template, attempts };
}
