import { hash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Change, Document } from '../store/document-store.ts';

/** The kind of a MailDocument, in the container `users`. */
export const mailKind = 'mail';

/** The templates of mails to the owners of accounts. */
export const accountTemplates = ['invitation', 'welcome', 'passwordLink'] as const;
/** The template of a mail to the owner of an account. */
export type AccountTemplate = (typeof accountTemplates)[number];
/** The template of a mail to administrators. */
type AdministratorTemplate = 'runReport' | 'keyExpiry';
/** The template of a mail. */
export type MailTemplate = AccountTemplate | AdministratorTemplate;

/** The subject of a mail, in ids only. Its recipients and text are determined when it is sent. */
type MailOccasion =
  | { readonly template: AccountTemplate; readonly account: string }
  /** The id of a run in the audit trail. */
  | { readonly template: 'runReport'; readonly run: string }
  /** The id of a key, and the days before its end at which the warning was due. */
  | { readonly template: 'keyExpiry'; readonly key: string; readonly days: number };

/**
 * `sending`: handed over, and the result is not known yet. `sent`: accepted. `unknown`: perhaps accepted, so
 * it is not sent again. `failed`: refused for good, or tried too often. `skipped`: no longer needed.
 */
export type MailState = 'sending' | 'sent' | 'unknown' | 'failed' | 'skipped';

/** A mail in the outbox, in the container `users`. A mail without a state waits until it is due. */
export type MailDocument = Document &
  MailOccasion & {
    /** Number of attempts to send it. */
    readonly attempts: number;
    readonly state?: MailState;
    /** The reason for its state, or for waiting again: a word, or the code of a response. */
    readonly reason?: string;
    /** Time of the last change of state, ISO 8601 UTC. */
    readonly changed?: string;
    /** Number of recipients that the server refused while it accepted others. */
    readonly refused?: number;
  };

/** Builds the change that adds a mail to the outbox. A name is used once, so no mail is added twice. */
export function mailChange(
  { tenantId, now }: { readonly tenantId: string; readonly now: Clock },
  occasion: MailOccasion,
  name: string,
): Change & { readonly op: 'create' } {
  const document: MailDocument = {
    id: `mail:${name}`,
    tenantId,
    kind: mailKind,
    due: now(),
    ...occasion,
    attempts: 0,
  };
  return { op: 'create', document };
}

/** Computes the id of a mail for mail servers, in the form of a UUID: a hash, the same in each attempt. */
export function messageId({ tenantId, id }: Pick<Document, 'tenantId' | 'id'>): string {
  const digits = hash('sha256', `${tenantId} ${id}`, 'hex');
  return [0, 8, 12, 16, 20].map((start, at, starts) => digits.slice(start, starts[at + 1] ?? 32)).join('-');
}
