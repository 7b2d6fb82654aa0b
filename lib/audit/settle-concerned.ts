import { forEachConcurrently } from '../base/for-each-concurrently.ts';
import { limits } from '../base/limits.ts';
import type { EventDocument } from '../directory/events.ts';
import type { QueuedEvent } from './delivery-draft.ts';

/** On whose behalf the timer goes on with what a request began. */
interface Cause {
  readonly tenantId: string;
  readonly credential: string;
  readonly requestId: string;
}

/** Brings the accounts of users in step with the directory. */
export type Settle = (cause: Cause, users: readonly string[]) => Promise<void>;

/** Which events can be delivered, and which must wait since an account failed. */
interface Settled {
  /** Events whose users are settled. */
  readonly ready: readonly QueuedEvent[];
  readonly unsettled: readonly QueuedEvent[];
  readonly failures: readonly unknown[];
}

/** Settles the users whom events of one tenant concern, each once, on behalf of the last request that concerned it. */
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

/** What waits beside the records was refused or changed nothing, and concerns nobody. */
function usersOf({ container, event }: QueuedEvent): readonly string[] {
  if (container === 'audit') return [];
  const { resourceType, resource, users = [] } = event as EventDocument;
  return resourceType === 'User' ? [resource, ...users] : users;
}
