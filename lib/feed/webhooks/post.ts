import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { webhookLimits } from '../../base/webhook-limits.ts';
import type { Guard } from './guard.ts';

/** The result of one delivery. */
export interface Answer {
  /** HTTP status; absent if there was no answer. */
  readonly status?: number;
  /** A code for the reason why there was no answer, such as `timeout`, `refusedAddress` or `ECONNREFUSED`. */
  readonly error?: string;
  /** The first `webhookLimits.answerBytesMax` bytes of the answer as text. */
  readonly text: string;
  readonly milliseconds: number;
  /** Seconds that the receiver asks to wait. */
  readonly retryAfterSeconds?: number | undefined;
}

/** Sends a body to an address. Never rejects. */
export type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Answer>;

interface PostServices {
  readonly guard: Guard;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Makes what sends deliveries. It keeps connections for a while, and follows no redirects. */
export function createPost({ guard, now }: PostServices): Post {
  const options = { keepAlive: true, maxSockets: 4 * webhookLimits.inFlightMax, scheduling: 'lifo' } as const;
  const plain = { request: http.request, agent: new http.Agent(options) };
  const secure = { request: https.request, agent: new https.Agent(options) };
  return async (address, headers, body) => {
    const started = now();
    const signal = AbortSignal.timeout(webhookLimits.attemptMillisecondsMax);
    const open = (): ClientRequest => {
      const url = new URL(address);
      guard.requireAdmitted(url);
      const { request, agent } = url.protocol === 'http:' ? plain : secure;
      const length = String(Buffer.byteLength(body));
      const lookup = guard.lookupFor(url);
      const all = { ...headers, 'content-length': length, 'user-agent': 'Muster' };
      return request(url, { method: 'POST', headers: all, agent, lookup, signal });
    };
    try {
      const answer = await exchange(open, body);
      const { statusCode = 0, headers: received } = answer;
      const retryAfterSeconds = secondsOf(received['retry-after'], now());
      const text = await beginningOf(answer);
      return { status: statusCode, text, milliseconds: now() - started, retryAfterSeconds };
    } catch (thrown) {
      const error = signal.aborted ? 'timeout' : codeOf(thrown);
      return { error, text: '', milliseconds: now() - started };
    }
  };
}

/** Sends a request, and once more if the receiver has closed a connection that it had kept open. */
async function exchange(open: () => ClientRequest, body: string): Promise<IncomingMessage> {
  const request = open();
  try {
    return await answerTo(request, body);
  } catch (thrown) {
    if (!request.reusedSocket || codeOf(thrown) !== 'ECONNRESET') throw thrown;
    return answerTo(open(), body);
  }
}

function answerTo(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // An error after the answer is that of its body, which may be cut off.
    request.on('error', reject);
    request.end(body);
  });
}

/** Reads the first bytes of an answer as text. A connection is kept only if the answer ends with them. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve) => {
    const end = setTimeout(resolve, webhookLimits.answerMillisecondsMax);
    const over = () => {
      clearTimeout(end);
      resolve();
    };
    answer.on('data', (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > webhookLimits.answerBytesMax) over();
    });
    answer.once('end', over).once('error', over).once('close', over);
  });
  if (!answer.complete) answer.destroy();
  const kept = Buffer.concat(pieces).subarray(0, webhookLimits.answerBytesMax);
  return kept.toString('utf8').replace(/\p{Cc}+/gu, ' ');
}

function codeOf(thrown: unknown): string {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[\w.]{1,64}$/.test(code) ? code : 'failed';
}

/** Reads Retry-After: seconds, or a time (RFC 9110 10.2.3). */
function secondsOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1_000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(Math.max(seconds, 0), webhookLimits.retryAfterSecondsMax);
}
