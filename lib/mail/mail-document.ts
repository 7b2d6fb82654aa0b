import { hash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Change, Document } from '../store/document-store.ts';

/** The kind of a MailDocument, in the container `users`. */
export const mailKind = 'mail';

/** What the owners of accounts can be sent. */
export const accountTemplates = ['invitation', 'welcome', 'passwordLink'] as const;
/** What is sent to the owner of an account. */
export type AccountTemplate = (typeof accountTemplates)[number];
/** What is sent to administrators. */
type AdministratorTemplate = 'runReport' | 'keyExpiry';
/** What a mail is made from. */
export type MailTemplate = AccountTemplate | AdministratorTemplate;

/** What a mail is about, in ids only: to whom it goes and what it says is found out when it is sent. */
export type MailOccasion =
  | { readonly template: AccountTemplate; readonly account: string }
  /** A run of a synchronisation, as the audit trail keeps it. */
  | { readonly template: 'runReport'; readonly run: string }
  /** A key, and how many days before its end the warning was due. */
  | { readonly template: 'keyExpiry'; readonly key: string; readonly days: number };

/**
 * `sending`: handed over, until its result is known; `sent`: accepted; `unknown`: perhaps accepted, so not sent again;
 * `failed`: refused for good, or tried too often; `skipped`: not wanted any more.
 */
export type MailState = 'sending' | 'sent' | 'unknown' | 'failed' | 'skipped';

/** A mail in the outbox, which the container `users` keeps; one without a state waits until it is due. */
export type MailDocument = Document &
  MailOccasion & {
    /** How often it was handed over, or was to be. */
    readonly attempts: number;
    readonly state?: MailState;
    /** Why it is in its state, or waits again: a word or the code of an answer. */
    readonly reason?: string;
    /** When its state was entered, ISO 8601 UTC. */
    readonly changed?: string;
    /** How many of its recipients the server refused while it took others. */
    readonly refused?: number;
  };

/** The change that puts a mail into the outbox; its name makes it one, however often it is asked for. */
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

/** A name for mail servers: the same at each attempt, in the form of a UUID, and telling nothing. */
export function messageId({ tenantId, id }: Pick<Document, 'tenantId' | 'id'>): string {
  const digits = hash('sha256', `${tenantId} ${id}`, 'hex');
  return [0, 8, 12, 16, 20].map((start, at, starts) => digits.slice(start, starts[at + 1] ?? 32)).join('-');
}
