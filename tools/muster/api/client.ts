import { setTimeout as sleep } from 'node:timers/promises';
import type { Access } from '../access/access.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../terminal/output.ts';
import { explainRefusal, explainSilence, isCutOff } from './refusal.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path below the root of the API. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** True if sending the call twice has the same effect as once; by default, all but POST. */
  readonly isRepeatable?: boolean;
}

/** Parameters by their names; undefined ones are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/** Yields the document in the answer, or undefined if it is empty; rejects with a CommandError. */
export type Send = (call: Call) => Promise<unknown>;

export interface ClientParts {
  readonly access: Access;
  readonly output: Output;
  readonly signal: AbortSignal;
}

const attemptsMax = 6;
/** If the endpoint asks to wait longer, the command ends and says so. */
const waitSecondsMax = 120;
/** Longer than the time that Azure allows for a request. */
const timeoutMilliseconds = 240_000;

/** Calls the management API. It waits as `Retry-After` says, and after 401 tries once with a new credential. */
export function createClient({ access, output, signal }: ClientParts): Send {
  return async (call) => {
    const { isRepeatable = call.method !== 'POST' } = call;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await exchange({ access, signal }, call);
      if ('document' in answer) return answer.document;
      const { refusal, status, waitSeconds } = answer;
      if (status === 401 && attempt === 1 && access.renew()) continue;
      const mayRepeat = status === 429 || (isRepeatable && (status === 503 || status === undefined));
      if (!mayRepeat || attempt === attemptsMax || waitSeconds > waitSecondsMax) throw refusal;
      await pause({ output, signal }, waitSeconds || 2 ** (attempt - 1));
    }
  };
}

type Answer =
  | { readonly document: unknown }
  | {
      readonly refusal: CommandError;
      /** Absent if the connection was cut off. */
      readonly status?: number;
      /** 0 if the answer does not say how long. */
      readonly waitSeconds: number;
    };

async function exchange(
  { access, signal }: Pick<ClientParts, 'access' | 'signal'>,
  call: Call,
): Promise<Answer> {
  const { method, body } = call;
  const url = access.baseUrl + access.root + call.path + queryText(call.query);
  const headers = new Headers([[...(await access.credential())]]);
  if (body !== undefined) headers.set('content-type', 'application/json');
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The credential may go only to the endpoint that the user named.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
    });
    return await read(response, { access, call });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError) throw error;
    const refusal = explainSilence(error, access, call);
    if (isCutOff(error)) return { refusal, waitSeconds: 0 };
    throw refusal;
  }
}

async function read(response: Response, { access, call }: { access: Access; call: Call }): Promise<Answer> {
  const text = await response.text();
  const document = parse(text);
  if (response.ok && (document !== undefined || text === '')) return { document };
  const { status, headers } = response;
  return {
    refusal: explainRefusal({ status, headers, document }, access, call),
    status,
    waitSeconds: secondsOf(headers.get('retry-after')),
  };
}

function queryText(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
  return parameters.size === 0 ? '' : `?${parameters}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9110 10.2.3: seconds, or a date. */
function secondsOf(retryAfter: string | null): number {
  if (retryAfter === null) return 0;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? 0 : Math.max(seconds, 0);
}

async function pause(
  { output, signal }: Pick<ClientParts, 'output' | 'signal'>,
  seconds: number,
): Promise<void> {
  if (seconds >= 2) output.warn(`The endpoint is busy: trying again in ${Math.ceil(seconds)} s.`);
  await sleep(seconds * 1_000, undefined, { signal });
}
