import type { Mailbox, MailMessage } from './mail-sender.ts';

/** The sender and date of a mail. */
interface Envelope {
  readonly from: Mailbox;
  /** Milliseconds since 1970. */
  readonly date: number;
}

/** Formats a mail for sending (RFC 5322), with a `Message-ID` in the sender's domain. */
export async function rawMessage(
  { id, to, subject, text, html }: MailMessage,
  { from, date }: Envelope,
): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const composer = new MailComposer({
    from: mailbox(from),
    to: to.map(mailbox),
    subject,
    text,
    html,
    messageId: internetMessageId(id, from),
    date: new Date(date),
    headers: machineHeaders,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** Headers that suppress automatic replies (RFC 3834 5; the second is for Exchange). */
export const machineHeaders = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** Builds a `Message-ID` (RFC 5322 3.6.4). */
export function internetMessageId(id: string, { address }: Mailbox): string {
  return `<${id}@${address.slice(address.lastIndexOf('@') + 1)}>`;
}

function mailbox({ address, name = '' }: Mailbox) {
  return { address, name };
}
