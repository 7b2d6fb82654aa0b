/** An address, and the name that is shown with it (RFC 5322 3.4). */
export interface Mailbox {
  readonly address: string;
  readonly name?: string;
}

/** A mail, ready to be handed over; texts are one line where a header has one. */
export interface MailMessage {
  /** The same whenever this mail is handed over; letters, digits and `-`. */
  readonly id: string;
  readonly to: readonly Mailbox[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What came of handing a mail over; `reason` is a word or a code, and never quotes the mail or an answer's text. */
export type Delivery =
  /** The server is answerable for it now, except to those recipients that it refused. */
  | { readonly outcome: 'accepted'; readonly refused?: number }
  /** It is refused, and would be again. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** It was surely not accepted, and may be another time. */
  | { readonly outcome: 'deferred'; readonly reason: string }
  /** As `deferred`, and no other mail would fare better now. */
  | { readonly outcome: 'unreachable'; readonly reason: string; readonly retryAfterSeconds?: number }
  /** It may have been accepted. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/** The port to whatever delivers mails. */
export interface MailSender {
  /**
   * Hands a mail over once, without attempts of its own, and answers within `limits.mailSendSecondsMax`.
   *
   * A rejection is a defect and counts as `unknown`.
   */
  send(message: MailMessage): Promise<Delivery>;
}
