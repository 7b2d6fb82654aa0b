import { type EventOperation, eventChange } from '../directory/events.ts';
import { type Change, isLostRace, type Stored } from '../store/document-store.ts';
import { type Account, type AccountDocument, accountKind, accountOf, documentId } from './account.ts';
import { claimChanges } from './claims.ts';
import type { Obstacle } from './facts.ts';
import { greetings } from './mails.ts';
import { type AccountScope, accountPartition } from './scope.ts';
import { seatChange } from './seats.ts';

/** An account as it was read, to be written under its version. */
export type StoredAccount = Stored<AccountDocument>;

/** What one batch does to an account. */
export interface AccountChange {
  /** The account's id. */
  readonly id: string;
  readonly before?: StoredAccount;
  /** Absent when the account goes for good. */
  readonly after?: Account;
  readonly operation: EventOperation;
  /** When the timer is to finish with it, in milliseconds since 1970. */
  readonly due?: number;
  /** What changes in the same batch. */
  readonly alongside?: readonly Change[];
}

/**
 * Creates, replaces or deletes an account with all that belongs to it, in one batch.
 *
 * Yields what stands in the way where nothing was written for it. Throws StoreError, also when another was faster.
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
    event(scope, change),
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
  const lastModified = new Date(now()).toISOString();
  const created = before?.document.created ?? lastModified;
  const document: AccountDocument = { ...key, tenantId, ...after, due, created, lastModified };
  return before ? { op: 'replace', document, ifVersion } : { op: 'create', document };
}

function event({ directory }: AccountScope, { id, before, after, operation }: AccountChange): Change {
  const names = Object.keys({ ...before?.document.attributes, ...after?.attributes });
  const attributes = names.filter((name) => before?.document.attributes[name] !== after?.attributes[name]);
  return eventChange(directory, { name: 'Account' }, { operation, id, attributes, outcome: after?.hold });
}
