import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { glob } from 'tinyglobby';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import type { FunctionApp, LoadedFunction } from '../host/function-app.ts';
import { createRouter } from '../host/routing.ts';
import { resolvePath } from '../host/target.ts';
import { provideCoreModule } from '../host/worker-shim.ts';

/** A request to a function; `target` is the path with the query. */
export interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Tenant {
  readonly id: string;
  readonly profile: string;
  /** The path of the tenant's endpoint. */
  readonly path: string;
  readonly token: string;
}

/** The whole app in this process, without a socket; a process can have only one. */
export interface InProcess extends AsyncDisposable {
  /** Calls a function; rejects if the handler throws, which it never should. */
  call(request: Request): Promise<Answer>;
  /** Runs each timer once; rejects if one fails. */
  runTimers(): Promise<void>;
  createTenant(input: { readonly profile: string; readonly packs?: readonly string[] }): Promise<Tenant>;
  /** Returns the last error that the app logged; the log itself is not printed. */
  lastError(): string | undefined;
  /** Opens the app's own data a second time. */
  openStore(): Promise<DocumentStore>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const origin = 'https://muster.test';

/** Loads the functions from their sources, with a store that is removed at the end. */
export async function startInProcess(): Promise<InProcess> {
  // A folder and not :memory:, so that openStore() can open it too. In shared memory no write waits for a disk.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'muster-fuzz-'));
  Object.assign(process.env, { MUSTER_DATA: folder, PUBLIC_BASE_URL: origin, MUSTER_LOG: 'warning' });
  const lastError = takeLog();
  const functions = await loadFunctions();
  const { HttpRequest } = await import('@azure/functions');
  const findRoute = createRouter({ functions, routePrefix: '' } as FunctionApp);

  const call: InProcess['call'] = async ({ method, target, headers, body }) => {
    const url = new URL(origin + target);
    const match = findRoute(method, resolvePath(url.pathname));
    if (!match) return { status: 404, headers: {}, body: undefined };
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const request = new HttpRequest({
      method,
      url: url.href,
      headers: { ...headers },
      ...(bytes && { body: { bytes } }),
    });
    const context = { invocationId: 'fuzz', functionName: match.target.name } as InvocationContext;
    return toAnswer((await match.target.callback(request, context)) as HttpResponseInit);
  };
  return {
    call,
    async runTimers() {
      for (const { callback, name, trigger } of functions) {
        const context = { invocationId: 'timer', functionName: name } as InvocationContext;
        if (trigger.type === 'timerTrigger') await callback({ isPastDue: false }, context);
      }
    },
    lastError,
    createTenant: (input) => createTenant(call, input),
    openStore: async () => {
      const { openEmbeddedStore } = await import('../../lib/store/embedded/embedded-store.ts');
      return openEmbeddedStore({ path: folder });
    },
    [Symbol.asyncDispose]: async () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Removes the app's log lines from the output; returns a function that returns the last error. */
function takeLog(): () => string | undefined {
  const print = console.error;
  let lastError: string | undefined;
  console.error = (...values: unknown[]) => {
    const [line] = values;
    if (typeof line !== 'string' || !line.startsWith('{"level":')) print(...values);
    else if (line.startsWith('{"level":"error"')) lastError = line;
  };
  return () => lastError;
}

async function loadFunctions(): Promise<readonly LoadedFunction[]> {
  const { functions } = provideCoreModule(() => {});
  for (const file of (await glob('functions/*.ts', { cwd: root })).sort()) {
    await import(new URL(`../../${file}`, import.meta.url).href);
  }
  return [...functions.values()]
    .flatMap(({ metadata, callback }) => {
      const [trigger] = Object.values(metadata.bindings).filter(({ type }) => /trigger$/i.test(type));
      return trigger ? [{ name: metadata.name, metadata, callback, triggerName: '', trigger }] : [];
    })
    .sort((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1));
}

async function toAnswer({ status = 200, headers = {}, body }: HttpResponseInit): Promise<Answer> {
  const entries = Object.entries(headers as Record<string, string>);
  return {
    status,
    headers: Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value])),
    body:
      body === undefined
        ? undefined
        : await new Response(body as ConstructorParameters<typeof Response>[0]).text(),
  };
}

async function createTenant(
  call: InProcess['call'],
  { profile, packs = [] }: { readonly profile: string; readonly packs?: readonly string[] },
): Promise<Tenant> {
  const post = async (target: string, input: object) => {
    const headers = { 'content-type': 'application/json' };
    const { status, body = '' } = await call({
      method: 'POST',
      target,
      headers,
      body: JSON.stringify(input),
    });
    if (status !== 201) throw new Error(`POST ${target} answered ${status}: ${body}`);
    return JSON.parse(body);
  };
  const policy = { endpoint: { profile, packs } };
  const { id, policy: given } = await post('/manage/tenants', { name: profile, policy });
  const { key } = await post(`/manage/tenants/${id}/keys`, {});
  return { id, profile, path: given.endpoint.path, token: key };
}
