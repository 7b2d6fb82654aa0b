import type { Access } from '../access/access.ts';
import { CommandError, Unanswered } from '../command-error.ts';
import type { Call } from './client.ts';

interface Refused {
  readonly status: number;
  readonly headers: Headers;
  /** The body of the answer if it is JSON. */
  readonly document: unknown;
}

/** Explains why a call was refused and what to do. */
export function explainRefusal(
  { status, headers, document }: Refused,
  access: Access,
  call: Call,
): CommandError {
  const detail = detailOf(document);
  const where = `${access.baseUrl}${access.root}`;
  if (status === 401 || status === 403) {
    const reason = detail ?? access.advice;
    return new CommandError('failed', `${where} refuses this credential (${status}): ${reason}.`);
  }
  if (status === 404 && detail !== undefined) return new CommandError('notFound', `${detail}.`);
  if (status === 429 || status === 503) return busy(status, headers, call);
  if (status >= 500) {
    const id = headers.get('request-id');
    const log = id === null ? 'its log' : `its log for the request ${id}`;
    return new CommandError('failed', `The endpoint failed (${status}): look in ${log}.`);
  }
  if (detail !== undefined) return new CommandError('failed', `${detail}.`);
  return new CommandError(
    'failed',
    `${where} answers ${status}, and not as the management API does: name the address of a Muster endpoint.`,
  );
}

function busy(status: number, headers: Headers, { method, isRepeatable }: Call): CommandError {
  const retryAfter = headers.get('retry-after');
  const when = retryAfter === null ? 'later' : `after ${retryAfter}${/^\d+$/.test(retryAfter) ? ' s' : ''}`;
  // After 503, a POST may or may not have taken effect.
  const isOpen = status === 503 && method === 'POST' && !isRepeatable;
  const look = isOpen ? 'check whether it was done, then ' : '';
  return new Unanswered(`The endpoint is busy (${status}): ${look}try again ${when}.`);
}

/** Explains why there was no answer. */
export function explainSilence(error: unknown, { baseUrl }: Access, { method }: Call): CommandError {
  const options = { cause: error };
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Unanswered(`${baseUrl} did not answer in time: try again later.`, options);
  }
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') {
    const sentence = `Nothing listens at ${baseUrl}: start the endpoint, with npm start on this machine.`;
    return new Unanswered(sentence, options);
  }
  const look = method === 'POST' ? ' and whether it was done' : '';
  const advice = `check the address and the network${look}, then try again`;
  return new Unanswered(`${baseUrl} cannot be reached (${code}): ${advice}.`, options);
}

/** True if an open connection ended without an answer, as it does when an endpoint restarts. */
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
