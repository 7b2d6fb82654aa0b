import type { Mailbox, MailMessage } from './mail-sender.ts';

/** What a mail says beside its content. */
interface Envelope {
  readonly from: Mailbox;
  /** When it is sent, in milliseconds since 1970. */
  readonly date: number;
}

/** A mail as it goes over the wire (RFC 5322), with its `Message-ID` in the domain of the sender. */
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

/** Asks that no absence note comes back (RFC 3834 5; the second is Exchange's). */
export const machineHeaders = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** RFC 5322 3.6.4. */
export function internetMessageId(id: string, { address }: Mailbox): string {
  return `<${id}@${address.slice(address.lastIndexOf('@') + 1)}>`;
}

function mailbox({ address, name = '' }: Mailbox) {
  return { address, name };
}
