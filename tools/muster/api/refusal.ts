import type { Access } from '../access/access.ts';
import { CommandError } from '../command-error.ts';
import type { Call } from './client.ts';

interface Refused {
  readonly status: number;
  readonly headers: Headers;
  /** The answer's body where it is JSON. */
  readonly document: unknown;
}

/** Says why a call was refused and what to do about it. */
export function explainRefusal(
  { status, headers, document }: Refused,
  access: Access,
  call: Call,
): CommandError {
  const detail = detailOf(document);
  const where = `${access.baseUrl}${access.root}`;
  if (status === 401 || status === 403) {
    const reason = detail ?? access.advice;
    return new CommandError('failed', `${where} does not admit this credential (${status}): ${reason}.`);
  }
  if (status === 404 && detail !== undefined) return new CommandError('notFound', `${detail}.`);
  if (status === 429 || status === 503) return busy(status, headers, call);
  if (status >= 500) {
    const id = headers.get('request-id');
    const log = id === null ? 'its log' : `its log for the request ${id}`;
    return new CommandError('failed', `The endpoint failed (${status}): look into ${log}.`);
  }
  if (detail !== undefined) return new CommandError('failed', `${detail}.`);
  return new CommandError(
    'failed',
    `${where} answers ${status} and nothing that the management API says: name the address of a Muster endpoint.`,
  );
}

function busy(status: number, headers: Headers, { method, isRepeatable }: Call): CommandError {
  const retryAfter = headers.get('retry-after');
  const when = retryAfter === null ? 'later' : `after ${retryAfter}${/^\d+$/.test(retryAfter) ? ' s' : ''}`;
  // An answer of 503 leaves open whether a creation took place.
  const isOpen = status === 503 && method === 'POST' && !isRepeatable;
  const look = isOpen ? 'look whether it was done, then ' : '';
  return new CommandError('failed', `The endpoint is busy (${status}): ${look}try again ${when}.`);
}

/** Says why there was no answer. */
export function explainSilence(error: unknown, { baseUrl }: Access, { method }: Call): CommandError {
  const options = { cause: error };
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new CommandError('failed', `No answer from ${baseUrl} in time: try again later.`, options);
  }
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') {
    const sentence = `Nothing listens at ${baseUrl}: start the endpoint, with npm start on this machine.`;
    return new CommandError('failed', sentence, options);
  }
  const look = method === 'POST' ? ', look whether it was done' : '';
  const advice = `look whether the address is right and the network works${look}, then try again`;
  return new CommandError('failed', `${baseUrl} cannot be reached (${code}): ${advice}.`, options);
}

/** Whether a connection that was there has ended without an answer, as it does when an endpoint starts anew. */
export function isCutOff(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason';
  if (error.cause !== undefined) return codeOf(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function detailOf(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !('detail' in document)) return undefined;
  return typeof document.detail === 'string' ? document.detail.replace(/\.$/, '') : undefined;
}
