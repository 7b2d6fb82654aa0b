import { type AccountOperation, type Operation, recordChanges } from '../directory/records.ts';
import { accountTemplates, mailChange } from '../mail/mail-document.ts';
import { timeAfter } from '../store/change-document.ts';
import { type Change, isLostRace, type Stored } from '../store/document-store.ts';
import { type Account, type AccountDocument, accountKind, accountOf, documentId, isLive } from './account.ts';
import { claimChanges, releasedBy } from './claims.ts';
import type { Obstacle } from './facts.ts';
import { type AccountScope, accountPartition } from './scope.ts';
import { seatChange } from './seats.ts';

/** An account with its version. */
export type StoredAccount = Stored<AccountDocument>;

/** The creation, replacement or deletion of an account. */
export interface AccountChange {
  /** The account's id. */
  readonly id: string;
  readonly before?: StoredAccount;
  /** Absent if the account is deleted. */
  readonly after?: Account;
  /** By default it follows from the states before and after. */
  readonly operation?: Operation;
  /** The time at which the timer ends the account, in milliseconds since 1970. */
  readonly due?: number;
  /** Other changes in the same batch. */
  readonly alongside?: readonly Change[];
}

/**
 * Creates, replaces or deletes an account with its claims, seat, record and mails in one batch.
 *
 * Yields the obstacle if the store refuses a claim or the seat; then nothing is written. Throws StoreError,
 * also if another writer was first.
 */
export async function writeAccount(
  scope: AccountScope,
  change: AccountChange,
): Promise<Obstacle | undefined> {
  const { directory } = scope;
  const { id, before, after, alongside = [] } = change;
  const states = { before: before && accountOf(before.document), after };
  const claims = claimChanges(scope, id, states);
  const seat = seatChange(scope, states);
  const mails = after ? greetings(scope, id, { ...states, after }) : [];
  const greeted = after && (mails.length > 0 ? { ...after, greeted: true } : after);
  const changes: readonly Change[] = [
    accountChange(scope, { ...change, after: greeted }),
    ...claims.map((claim) => claim.change),
    ...(seat ? [seat] : []),
    ...recordOf(scope, change),
    ...mails,
    ...alongside,
  ];
  try {
    await directory.store.commit(accountPartition(scope), changes);
    return undefined;
  } catch (thrown) {
    const failed = isLostRace(thrown) ? changes[thrown.change ?? 0] : undefined;
    if (failed && failed === seat) return 'noLicence';
    const claim = claims.find((one) => one.change === failed && failed.op === 'create');
    if (claim) return claim.obstacle;
    throw thrown;
  }
}

function accountChange({ directory }: AccountScope, { id, before, after, due }: AccountChange): Change {
  const { tenantId, now } = directory;
  const key = { id: documentId(id), kind: accountKind };
  const ifVersion = before?.version;
  if (!after) return { op: 'delete', ...key, ifVersion };
  const lastModified = new Date(timeAfter(now(), before?.document.lastModified)).toISOString();
  const created = before?.document.created ?? lastModified;
  const revision = nextRevision(before);
  const document: AccountDocument = { ...key, tenantId, ...after, revision, due, created, lastModified };
  return before ? { op: 'replace', document, ifVersion } : { op: 'create', document };
}

const nextRevision = (before: StoredAccount | undefined) =>
  before ? (before.document.revision ?? 1) + 1 : 1;

function recordOf(scope: AccountScope, { id, before, after, operation }: AccountChange): readonly Change[] {
  const names = Object.keys({ ...before?.document.attributes, ...after?.attributes });
  const attributes = names.filter((name) => before?.document.attributes[name] !== after?.attributes[name]);
  const done = operation ?? operationBetween(before?.document, after);
  // The timer releases others if the writer does not.
  const released = releasedBy(before?.document, after).map((hold) => `hold:${hold}` as const);
  const followUps = released.length > 0 ? released : undefined;
  // Told once, when the value is dropped, and not with each later change.
  const isDropped = after?.dropped !== undefined && before?.document.dropped === undefined;
  const fired = isDropped ? ['timezone-dropped'] : undefined;
  return recordChanges(
    scope.directory,
    { name: 'Account' },
    {
      ...{ operation: done, id, attributes, outcome: after?.hold, followUps, fired },
      time: timeAfter(scope.directory.now(), before?.document.lastModified),
      event: { revision: nextRevision(before) },
    },
  );
}

function operationBetween(before: Account | undefined, after: Account | undefined): AccountOperation {
  if (!after) return 'remove';
  if (after.adopted && before?.adopted !== true) return 'adopt';
  if (before?.state === after.state && before.hold === after.hold) return 'update';
  switch (after.state) {
    case 'held':
      return 'hold';
    case 'removed':
      return 'remove';
    case 'disabled':
      return 'disable';
    case 'invited':
      return 'invite';
    case 'active':
      return before !== undefined && (isLive(before) || before.activated) ? 'enable' : 'activate';
  }
}

/**
 * The mails to an account's owner when it is live for the first time, and again if the address of an invited
 * account is corrected. An account that was made by hand gets none, whether it was taken over or not.
 */
function greetings(
  scope: AccountScope,
  account: string,
  { before, after }: { before: Account | undefined; after: Account },
): readonly Change[] {
  const isCorrected = before?.state === 'invited' && before.attributes.email !== after.attributes.email;
  const isHandMade = after.user === undefined || after.adopted;
  if ((after.greeted && !isCorrected) || isHandMade || !isLive(after)) return [];
  const { invitation, welcome, passwordLink } = scope.policy.notifications;
  const wanted = { invitation: invitation && after.state === 'invited', welcome, passwordLink };
  return accountTemplates
    .filter((template) => wanted[template])
    .map((template) => mailChange(scope.directory, { template, account }, scope.directory.newId()));
}
