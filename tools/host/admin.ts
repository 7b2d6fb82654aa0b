import { json } from 'node:stream/consumers';
import { answerEmpty, type Exchange } from './exchange.ts';
import { holdsKey } from './function-key.ts';
import type { Timers } from './timers.ts';

const functionPath = /^\/admin\/functions\/([^/]+)\/?$/i;

/** Tells whether a path belongs to the host itself, so that no function's route may use it. */
export function isAdminPath(path: string): boolean {
  return /^\/admin(\/|$)/i.test(path);
}

/** Answers `POST /admin/functions/{name}` with a body such as `{"input": ""}`: runs the timer and answers 202. */
export async function answerAdmin(exchange: Exchange, functionKey: string, timers: Timers): Promise<void> {
  const name = functionPath.exec(exchange.path)?.[1];
  if (!holdsKey(exchange, functionKey)) answerEmpty(exchange, 401);
  else if (name === undefined || exchange.method !== 'POST') answerEmpty(exchange, 404);
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
