import { json } from 'node:stream/consumers';
import { answerEmpty, type Exchange } from './exchange.ts';
import { holdsKey } from './function-key.ts';
import type { Timers } from './timers.ts';

const functionPath = /^\/admin\/functions\/([^/]+)\/?$/i;
const pingPath = /^\/admin\/host\/ping\/?$/i;
const webhookPath = /^\/runtime\/webhooks\/[^/]/i;

/** The parts of a host that its own paths need. */
export interface HostParts {
  readonly functionKey: string;
  readonly timers: Timers;
}

/**
 * Answers the paths that belong to the host: `POST /admin/functions/{name}` with a body such as `{"input": ""}` runs
 * the timer and answers 202. Yields false for every other path, which a function may have.
 */
export async function answerOwnPath(exchange: Exchange, parts: HostParts): Promise<boolean> {
  const { path } = exchange;
  const name = functionPath.exec(path)?.[1];
  if (name !== undefined) await runTimer(exchange, name, parts);
  else if (pingPath.test(path)) answerEmpty(exchange, 200);
  else if (webhookPath.test(path)) answerEmpty(exchange, holdsKey(exchange, parts.functionKey) ? 404 : 401);
  else return false;
  return true;
}

async function runTimer(exchange: Exchange, name: string, { functionKey, timers }: HostParts): Promise<void> {
  if (!holdsKey(exchange, functionKey)) answerEmpty(exchange, 401);
  else if (exchange.method !== 'POST') answerEmpty(exchange, 404);
  else if (!(await isInvocation(exchange))) answerEmpty(exchange, 400);
  else answerEmpty(exchange, timers.fire(name) ? 202 : 404);
}

async function isInvocation({ request }: Exchange): Promise<boolean> {
  try {
    const body: unknown = await json(request);
    return typeof body === 'object' && body !== null && !Array.isArray(body);
  } catch {
    return false;
  }
}
