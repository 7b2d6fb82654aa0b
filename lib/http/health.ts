import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import type { LogLine } from '../base/log-lines.ts';
import type { JsonObject } from '../scim/json.ts';
import { StoreError } from '../store/document-store.ts';
import type { Answer, Handler } from './handler.ts';
import { toHttpResponse } from './respond.ts';

/** A service without which requests cannot be answered. */
interface Dependency {
  readonly name: string;
  /** Rejects if the service cannot be used. It sends no personal data, because failures are logged. */
  readonly check: () => Promise<unknown>;
}

interface ReadinessParts {
  readonly dependencies: readonly Dependency[];
  readonly now: Clock;
  readonly log: (line: LogLine<'health'>) => void;
}

/** Answers 200 while the process runs. It checks no dependency. */
export const liveHandler: Handler = async ({ method }) => answer(method, 200, { status: 'live' });

/**
 * Answers 200 when every dependency answers in time, otherwise 503. The answer names the dependencies; only
 * the log has the reason why one is unavailable. Requests at the same time share one check, and a positive
 * result is kept for `limits.readySecondsMax`.
 */
export function readyHandler(parts: ReadinessParts): Handler {
  let asking: Promise<readonly JsonObject[]> | undefined;
  let ready: { readonly states: readonly JsonObject[]; readonly until: number } | undefined;

  const ask = async (): Promise<readonly JsonObject[]> => {
    const found = await Promise.all(parts.dependencies.map((dependency) => examine(dependency, parts)));
    asking = undefined;
    if (found.every(isOk)) ready = { states: found, until: parts.now() + limits.readySecondsMax * 1_000 };
    return found;
  };
  const states = async () => {
    if (ready && parts.now() < ready.until) return ready.states;
    asking ??= ask();
    return await asking;
  };

  return async ({ method }) => {
    const dependencies = await states();
    const isReady = dependencies.every(isOk);
    return answer(method, isReady ? 200 : 503, { status: isReady ? 'ready' : 'unavailable', dependencies });
  };
}

const isOk = ({ status }: JsonObject) => status === 'ok';

/** Checks one dependency. A failure after the time-out is logged too, because it has the real reason. */
async function examine({ name, check }: Dependency, { now, log }: ReadinessParts): Promise<JsonObject> {
  const started = now();
  const status = await new Promise<string>((resolve) => {
    const fail = (reason: string) => {
      log({ event: 'health', dependency: name, milliseconds: now() - started, reason });
      resolve('unavailable');
    };
    const { dependencyMillisecondsMax: most } = limits;
    const timer = setTimeout(() => fail(`no answer within ${most} milliseconds`), most);
    check()
      .then(
        () => resolve('ok'),
        (error) => fail(reasonOf(error)),
      )
      .finally(() => clearTimeout(timer));
  });
  return { name, status, milliseconds: now() - started };
}

function answer(method: string, status: number, body: JsonObject): Answer {
  return toHttpResponse({ status, headers, body }, { method });
}

const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

/** The messages of an error and its causes, the outermost first. A StoreError's only repeats its kind. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.message;
  return error instanceof StoreError ? reasonOf(error.cause) : `${error.message}: ${reasonOf(error.cause)}`;
}
