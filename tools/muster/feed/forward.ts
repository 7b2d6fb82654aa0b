import { isLoopback } from '../../../lib/base/loopback.ts';
import type { FeedEvent } from '../../../lib/feed/events.ts';
import { type SigningKeys, signatureHeaders } from '../../../lib/feed/webhooks/signatures.ts';
import { CommandError } from '../command-error.ts';
import type { Session } from '../session.ts';

/** The result of one delivery. */
export interface Delivered {
  /** HTTP status; absent if there was no answer. */
  readonly status?: number;
  /** The reason why there was no answer, such as `ECONNREFUSED`. */
  readonly error?: string;
  readonly milliseconds: number;
}

interface Receiver {
  readonly url: string;
  readonly keys: SigningKeys;
}

/** The time for which webhooks wait for an answer. */
const timeoutMilliseconds = 15_000;

/** Posts an event, signed as a webhook. Rejects only if the user ends the command. */
export async function forward(
  { now, signal }: Pick<Session, 'now' | 'signal'>,
  { url, keys }: Receiver,
  event: FeedEvent,
): Promise<Delivered> {
  const body = JSON.stringify(event);
  const signatures = signatureHeaders({ id: event.id, at: now(), body }, [keys]);
  const started = performance.now();
  const since = () => Math.round(performance.now() - started);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', ...signatures },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
    });
    await response.body?.cancel();
    return { status: response.status, milliseconds: since() };
  } catch (thrown) {
    signal.throwIfAborted();
    return { error: reasonOf(thrown), milliseconds: since() };
  }
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'failed';
  if (thrown.cause !== undefined) return reasonOf(thrown.cause);
  if (thrown.name === 'TimeoutError') return 'no answer within 15 s';
  return 'code' in thrown ? String(thrown.code) : thrown.message;
}

/** Tests if a delivery was accepted, as that of a webhook is. */
export const isAccepted = ({ status = 0 }: Delivered) => status >= 200 && status < 300;

/** The result of a delivery in a few words. */
export function showDelivered({ status, error, milliseconds }: Delivered): string {
  return status === undefined ? `no answer (${error})` : `${status} in ${milliseconds} ms`;
}

/** Reads the address of a product; throws a CommandError if events must not be sent there. */
export function requireReceiver(text: string): string {
  if (!URL.canParse(text)) throw notUsable('it must be an address such as http://localhost:3000/webhooks');
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') throw notUsable('leave out the user name and the password');
  if (protocol !== 'https:' && protocol !== 'http:')
    throw notUsable('it must begin with http:// or https://');
  if (protocol === 'http:' && !isLoopback(hostname)) {
    throw notUsable(`use https://${hostname}: over plain http others could read the events`);
  }
  return text;
}

function notUsable(advice: string): CommandError {
  return new CommandError('usage', `--forward cannot be used: ${advice}.`);
}
