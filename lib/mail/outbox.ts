import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, DocumentStore, Stored } from '../store/document-store.ts';
import { type MailDocument, type MailState, mailKind } from './mail-document.ts';

/** The store that keeps the mails of all tenants. */
interface OutboxServices {
  readonly store: DocumentStore;
  readonly now: Clock;
}

/** A mail with the version under which it can be changed. */
export type StoredMail = Stored<MailDocument>;

/** The final state of a mail, and its reason. */
export interface Conclusion {
  readonly state: Exclude<MailState, 'sending'>;
  readonly reason?: string;
  readonly refused?: number;
}

/** The reason to postpone a mail, and the minimum delay in seconds. */
export interface Postponement {
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

/** Lists the mails of all tenants that are due, the earliest first. */
export async function dueMails({ store, now }: OutboxServices): Promise<readonly StoredMail[]> {
  const due = { before: now(), limit: limits.maintenanceBatchMax };
  return (await store.due('users', [mailKind], due)) as readonly StoredMail[];
}

/** Reads a mail of a tenant; answers `undefined` if there is none. */
export async function readMail(
  { store }: Pick<OutboxServices, 'store'>,
  { tenantId, id }: { tenantId: string; id: string },
): Promise<StoredMail | undefined> {
  return (await store.read({ container: 'users', tenantId, kind: mailKind, id })) as StoredMail | undefined;
}

/** The end of a claim on a mail, in milliseconds since 1970; it identifies the claim. */
type Lease = number;

/**
 * Claims a mail to send it; answers `undefined` if another instance was faster.
 *
 * If a mail is still claimed after the lease, its result was lost, and it may have been accepted.
 */
export async function claimMail(services: OutboxServices, mail: StoredMail): Promise<Lease | undefined> {
  const { attempts } = mail.document;
  const due = services.now() + limits.mailLeaseSeconds * 1_000;
  const isTaken = await enter(services, mail, { state: 'sending', attempts: attempts + 1, due });
  return isTaken ? due : undefined;
}

/** Reads a claimed mail; `undefined` if its lease has ended and another instance has concluded it. */
export async function readClaimed(
  services: OutboxServices,
  mail: StoredMail,
  lease: Lease,
): Promise<StoredMail | undefined> {
  const held = await readMail(services, mail.document);
  return held?.document.due === lease ? held : undefined;
}

/** Concludes a mail and keeps it for `limits.mailKeptDays`; false if another instance was faster. */
export function concludeMail(
  services: OutboxServices,
  mail: StoredMail,
  conclusion: Conclusion,
): Promise<boolean> {
  return enter(services, mail, { ...conclusion, expires: services.now() + limits.mailKeptDays * 86_400_000 });
}

/**
 * Postpones a mail that was not accepted, by the delays in `limits.mailRetryMinutes`. After the last of them
 * the mail is `failed`. Answers `undefined` if another instance was faster.
 */
export async function postponeMail(
  services: OutboxServices,
  mail: StoredMail,
  { reason, retryAfterSeconds = 0 }: Postponement,
): Promise<'waiting' | 'failed' | undefined> {
  const { attempts, state } = mail.document;
  const made = state === 'sending' ? attempts : attempts + 1;
  const minutes = limits.mailRetryMinutes[made - 1];
  if (minutes === undefined) {
    return (await concludeMail(services, mail, { state: 'failed', reason })) ? 'failed' : undefined;
  }
  const due = services.now() + Math.max(minutes * 60, retryAfterSeconds) * 1_000;
  return (await enter(services, mail, { attempts: made, reason, due })) ? 'waiting' : undefined;
}

/** Makes a concluded mail due again, and records it in the same batch; false if another instance was faster. */
export function renewMail(
  services: OutboxServices,
  mail: StoredMail,
  record: readonly Change[],
): Promise<boolean> {
  return enter(services, mail, { attempts: 0, due: services.now(), record });
}

type Facts = Pick<MailDocument, 'state' | 'reason' | 'refused' | 'due'> & {
  readonly expires?: number;
  readonly attempts?: number;
  readonly record?: readonly Change[];
};

/** Replaces the state of a mail; false if another instance was faster. */
async function enter(
  { store, now }: OutboxServices,
  { document, version }: StoredMail,
  facts: Facts,
): Promise<boolean> {
  const replaced = {
    ...document,
    attempts: facts.attempts ?? document.attempts,
    due: facts.due,
    expires: facts.expires,
    state: facts.state,
    reason: facts.reason,
    refused: facts.refused,
    changed: new Date(now()).toISOString(),
  };
  const change = { op: 'replace', document: replaced, ifVersion: version } as const;
  const changes = [change, ...(facts.record ?? [])];
  return commitOnce(store, { container: 'users', tenantId: document.tenantId }, changes);
}
