/** An e-mail address and its display name (RFC 5322 3.4). */
export interface Mailbox {
  readonly address: string;
  readonly name?: string;
}

/** A mail that is ready to be sent. Texts that become headers have one line. */
export interface MailMessage {
  /** Letters, digits and `-`; the same in each attempt. */
  readonly id: string;
  readonly to: readonly Mailbox[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The result of sending a mail; `reason` is a word or code, never text of the mail or the response. */
export type Delivery =
  /** The server accepted it, except for the number `refused` of its recipients. */
  | { readonly outcome: 'accepted'; readonly refused?: number }
  /** The server refused it, and would refuse it again. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** It was not accepted, but another attempt may succeed. */
  | { readonly outcome: 'deferred'; readonly reason: string }
  /** As `deferred`, and other mails would fail now too. */
  | { readonly outcome: 'unreachable'; readonly reason: string; readonly retryAfterSeconds?: number }
  /** It may have been accepted. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/** The port to a mail service. */
export interface MailSender {
  /**
   * Sends a mail in one attempt and answers within `limits.mailSendSecondsMax`.
   *
   * A rejection is a defect and counts as `unknown`.
   */
  send(message: MailMessage): Promise<Delivery>;
}
