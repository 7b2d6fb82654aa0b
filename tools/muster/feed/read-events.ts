import { setTimeout as sleep } from 'node:timers/promises';
import { nearest } from '../../../lib/base/nearest.ts';
import { eventTypes } from '../../../lib/feed/event-types.ts';
import type { FeedEvent } from '../../../lib/feed/events.ts';
import { CommandError, Unanswered } from '../command-error.ts';
import type { Session } from '../session.ts';

/** The part of a feed that a command reads. */
export interface FeedPart {
  /** The path of the feed, such as `/tenants/ID/events`. */
  readonly path: string;
  /** A time (ISO 8601), or `now`. */
  readonly from: string;
  /** Types, or their beginnings, which end in a dot; all if they are absent. */
  readonly types?: readonly string[] | undefined;
  /** Goes on with events as they happen, also after the endpoint was restarted. */
  readonly follow: boolean;
}

interface EventPage {
  readonly events: readonly FeedEvent[];
  readonly next: string;
}

type Reader = Pick<Session, 'api' | 'output' | 'signal'>;

const waitSeconds = '20';
const pauseMilliseconds = 1_000;

/** Reads events in the order of the feed. Throws a CommandError; if it follows, not for one that may pass. */
export async function* readEvents(
  session: Reader,
  { path, from, types, follow }: FeedPart,
): AsyncGenerator<FeedEvent> {
  let start: Readonly<Record<string, string>> = { from };
  for (;;) {
    const asked = performance.now();
    const read = () => session.api.get<EventPage>(path, start);
    const { events, next } = await (follow ? patiently(session, read) : read());
    yield* events.filter(({ type }) => isAmong(types, type));
    if (events.length === 0 && !follow) return;
    // The endpoint does not wait for one more if too many wait already.
    const isRefused = events.length === 0 && 'wait' in start;
    if (isRefused && performance.now() - asked < pauseMilliseconds) await pause(session);
    start = follow ? { after: next, wait: waitSeconds } : { after: next };
  }
}

const isAmong = (types: readonly string[] | undefined, type: string) =>
  !types || types.some((name) => (name.endsWith('.') ? type.startsWith(name) : type === name));

/** Calls until there is an answer, and says once that it waits. */
async function patiently<T>(session: Reader, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      if (attempt === 1) session.output.warn(`${error.message} Waiting for it.`);
      await pause(session);
    }
  }
}

const pause = ({ signal }: Reader) => sleep(pauseMilliseconds, undefined, { signal });

/** Reads types, of which a text may have several, separated by commas; throws a CommandError for an unknown one. */
export function readTypes(texts: readonly string[] | undefined): readonly string[] | undefined {
  const names = texts?.flatMap((text) => text.split(','));
  const unknown = names?.find((name) => !eventTypes.some((type) => isAmong([name], type)));
  if (unknown !== undefined) throw unknownType(unknown);
  return names;
}

/** The error for a type of events that there is not. */
export function unknownType(name: string): CommandError {
  const meant = nearest(name, eventTypes) ?? eventTypes.find((type) => type.startsWith(`${name}.`));
  const hint = meant === undefined ? 'docs/events.md lists them' : `did you mean ${meant}?`;
  return new CommandError('usage', `There is no type of events "${name}": ${hint}${meant ? '' : '.'}`);
}
