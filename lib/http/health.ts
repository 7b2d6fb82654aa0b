import type { HttpHandler, HttpResponseInit, InvocationContext } from '@azure/functions';
import { limits } from '../limits.ts';
import type { JsonObject } from '../scim/json.ts';
import { StoreError } from '../store/document-store.ts';

/** Something that requests cannot be answered without. */
export interface Dependency {
  readonly name: string;
  /** Rejects when it cannot be used; for the log, with its reason. */
  readonly check: () => Promise<unknown>;
}

interface ReadinessParts {
  readonly dependencies: readonly Dependency[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Answers 200 as long as the process does, and asks nothing else. */
export const liveHandler: HttpHandler = async ({ method }) => answer(method, 200, { status: 'live' });

/**
 * Answers 200 when every dependency does in time, else 503; names the dependencies, and tells the reason to the log alone.
 * Requests at the same time ask once, and what is ready is taken for it for some seconds.
 */
export function readyHandler(parts: ReadinessParts): HttpHandler {
  let asking: Promise<readonly JsonObject[]> | undefined;
  let ready: { readonly states: readonly JsonObject[]; readonly until: number } | undefined;

  const ask = async (invocation: InvocationContext): Promise<readonly JsonObject[]> => {
    const states = await Promise.all(parts.dependencies.map((one) => examine(one, parts.now, invocation)));
    asking = undefined;
    if (states.every(isOk)) ready = { states, until: parts.now() + limits.readySecondsMax * 1_000 };
    return states;
  };

  const known = () => (ready && parts.now() < ready.until ? ready.states : undefined);

  return async ({ method }, invocation) => {
    const dependencies = known() ?? (await (asking ??= ask(invocation)));
    const isReady = dependencies.every(isOk);
    return answer(method, isReady ? 200 : 503, { status: isReady ? 'ready' : 'unavailable', dependencies });
  };
}

const isOk = ({ status }: JsonObject) => status === 'ok';

async function examine(
  { name, check }: Dependency,
  now: () => number,
  invocation: InvocationContext,
): Promise<JsonObject> {
  const started = now();
  const state = (status: string) => ({ name, status, milliseconds: now() - started });
  try {
    await inTime(name, check());
    return state('ok');
  } catch (error) {
    invocation.error(reasonOf(error));
    return state('unavailable');
  }
}

/** Rejects when the work takes too long; the work itself goes on. */
function inTime(name: string, work: Promise<unknown>): Promise<unknown> {
  const milliseconds = limits.dependencyMillisecondsMax;
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`The ${name} does not answer within ${milliseconds} milliseconds`));
    const timer = setTimeout(late, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function answer(method: string, status: number, jsonBody: JsonObject): HttpResponseInit {
  const headers = { 'Cache-Control': 'no-store' };
  return method === 'HEAD' ? { status, headers } : { status, headers, jsonBody };
}

/** The messages of an error and its causes, the outermost first; a StoreError's own says no more than its kind. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.message;
  return error instanceof StoreError ? reasonOf(error.cause) : `${error.message}: ${reasonOf(error.cause)}`;
}
