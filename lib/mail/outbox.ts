import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { DocumentStore, Stored } from '../store/document-store.ts';
import { type MailDocument, type MailState, mailKind } from './mail-document.ts';

/** The store that keeps the mails of all tenants. */
interface OutboxServices {
  readonly store: DocumentStore;
  readonly now: Clock;
}

/** A mail as it was read, to be taken under its version. */
export type StoredMail = Stored<MailDocument>;

/** How a mail ends, and why. */
export interface Conclusion {
  readonly state: Exclude<MailState, 'sending'>;
  readonly reason?: string;
  readonly refused?: number;
}

/** Why a mail waits again, and for how long at least. */
export interface Postponement {
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

/** The mails that are due in all tenants, the earliest first. */
export async function dueMails({ store, now }: OutboxServices): Promise<readonly StoredMail[]> {
  const due = { before: now(), limit: limits.maintenanceBatchMax };
  return (await store.due('users', mailKind, due)) as readonly StoredMail[];
}

/** Reads a mail of a tenant; absence is `undefined`. */
export async function readMail(
  { store }: Pick<OutboxServices, 'store'>,
  { tenantId, id }: { tenantId: string; id: string },
): Promise<StoredMail | undefined> {
  return (await store.read({ container: 'users', tenantId, kind: mailKind, id })) as StoredMail | undefined;
}

/** When the right to hand a mail over ends, in milliseconds since 1970; it tells one claim from another. */
type Lease = number;

/**
 * Takes a mail for handing it over; `undefined` when another was faster.
 *
 * Whoever finds it taken after the lease knows that its result was lost, and that it may have been accepted.
 */
export async function claimMail(services: OutboxServices, mail: StoredMail): Promise<Lease | undefined> {
  const { attempts } = mail.document;
  const due = services.now() + limits.mailLeaseSeconds * 1_000;
  const isTaken = await enter(services, mail, { state: 'sending', attempts: attempts + 1, due });
  return isTaken ? due : undefined;
}

/** Reads a mail that was handed over; `undefined` when its lease has ended and another has said what became of it. */
export async function readClaimed(
  services: OutboxServices,
  mail: StoredMail,
  lease: Lease,
): Promise<StoredMail | undefined> {
  const held = await readMail(services, mail.document);
  return held?.document.due === lease ? held : undefined;
}

/** Ends a mail, which is kept for a while to be looked at; false when another has said meanwhile what became of it. */
export function concludeMail(
  services: OutboxServices,
  mail: StoredMail,
  conclusion: Conclusion,
): Promise<boolean> {
  return enter(services, mail, { ...conclusion, expires: services.now() + limits.mailKeptDays * 86_400_000 });
}

/**
 * Lets a mail that was not accepted wait, longer each time; it is `failed` when it has waited long enough. `undefined`
 * when another has said meanwhile what became of it.
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

/** Puts a mail that has ended into the outbox again; false when another was faster. */
export function renewMail(services: OutboxServices, mail: StoredMail): Promise<boolean> {
  return enter(services, mail, { attempts: 0, due: services.now() });
}

type Facts = Pick<MailDocument, 'state' | 'reason' | 'refused' | 'due'> & {
  readonly expires?: number;
  readonly attempts?: number;
};

/** Replaces all that a mail tells of its state; false when another was faster. */
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
  return commitOnce(store, { container: 'users', tenantId: document.tenantId }, [change]);
}
