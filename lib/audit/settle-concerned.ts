import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import type { EventDocument } from '../directory/events.ts';
import type { QueuedEvent } from './delivery-draft.ts';

/** The request whose work the timer continues. */
interface Cause {
  readonly tenantId: string;
  readonly credential: string;
  readonly requestId: string;
}

/** Settles the accounts of users. */
export type Settle = (cause: Cause, users: readonly string[]) => Promise<void>;

/** Events that can be delivered, and events that must wait because an account could not be settled. */
interface Settled {
  /** Events whose users are settled. */
  readonly ready: readonly QueuedEvent[];
  readonly unsettled: readonly QueuedEvent[];
  readonly failures: readonly unknown[];
}

/** Settles the users that a tenant's events concern, each once, in the name of the last request for it. */
export async function settleConcerned(settle: Settle, events: readonly QueuedEvent[]): Promise<Settled> {
  const failures: unknown[] = [];
  const failed = new Set<string>();
  const causes = usersByCause(events).values();
  await forEachConcurrently(causes, limits.settlingsAtOnce, ({ cause, users }) =>
    settle(cause, users).catch((thrown: unknown) => {
      failures.push(thrown);
      for (const user of users) failed.add(user);
    }),
  );
  const isReady = (queued: QueuedEvent) => !usersOf(queued).some((user) => failed.has(user));
  return { ready: events.filter(isReady), unsettled: events.filter((one) => !isReady(one)), failures };
}

function usersByCause(events: readonly QueuedEvent[]) {
  const last = new Map<string, Cause>();
  for (const queued of events) for (const user of usersOf(queued)) last.set(user, queued.event);
  const causes = new Map<string, { cause: Cause; users: string[] }>();
  for (const [user, { tenantId, credential, requestId }] of last) {
    const name = `${credential} ${requestId}`;
    const known = causes.get(name);
    if (known) known.users.push(user);
    else causes.set(name, { cause: { tenantId, credential, requestId }, users: [user] });
  }
  return causes;
}

/** The ids of the users that an event concerns. Events in `audit` changed nothing and concern nobody. */
function usersOf({ container, event }: QueuedEvent): readonly string[] {
  if (container === 'audit') return [];
  const { resourceType, resource, users = [] } = event as EventDocument;
  return resourceType === 'User' ? [resource, ...users] : users;
}
