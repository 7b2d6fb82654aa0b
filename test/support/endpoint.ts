import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { engineSettings } from '../emulator/cosmos-engine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const host = fileURLToPath(new URL('../../dist/host/main.js', import.meta.url));

export interface EndpointOptions {
  /** The folder of the data; nothing is kept by default. */
  readonly data?: string;
  /** Any free port by default. */
  readonly port?: number;
  /** Passes requests on as the host in Azure does; false by default. */
  readonly asRealHost?: boolean;
  /** The profile of the default tenant; `generic` by default. */
  readonly profile?: string;
  /** Settings beside those of this process and of the engine of this run; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A tenant's "Tenant URL" and a key for it. */
export interface TenantAccess {
  readonly tenantUrl: string;
  readonly token: string;
}

/** A running endpoint in a process of its own, with its default tenant; it dies with this process. */
export interface Endpoint extends TenantAccess {
  readonly baseUrl: string;
  readonly functionKey: string;
  /** The id of its process. */
  readonly pid: number | undefined;
  /** What the endpoint has printed so far. */
  output(): string;
  /** Ends it as Ctrl-C does; yields the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Stops the process where it is, and lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  createTenant(input: {
    readonly name: string;
    readonly profile?: string;
    readonly path?: string;
    readonly policy?: { readonly endpoint?: object; readonly [section: string]: unknown };
  }): Promise<TenantAccess & { readonly tenantId: string }>;
  /** Calls the management API. */
  manage(method: string, path: string, body?: unknown): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, the text where it is not, undefined where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

/** Starts the built endpoint; rejects with what it printed when it does not start. */
export async function startEndpoint(options: EndpointOptions = {}): Promise<Endpoint> {
  const { child, output } = spawnEndpoint(options);
  const { baseUrl, tenantUrl, secretToken, functionKey } = await firstMessage(child, output);
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  const manage: Endpoint['manage'] = (method, path, body) =>
    send(baseUrl + path, { method, body, headers: { 'x-functions-key': functionKey } });
  if (options.profile !== undefined) await setProfile(manage, options.profile);
  return {
    baseUrl,
    tenantUrl,
    token: secretToken,
    functionKey,
    pid: child.pid,
    output,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    signal: (name) => void child.kill(name),
    createTenant: (input) => createTenant(manage, input),
    manage,
  };
}

/** Gives the default tenant a profile. */
async function setProfile(manage: Endpoint['manage'], profile: string): Promise<void> {
  const { body } = await manage('GET', '/manage/tenants');
  const { status } = await manage('PATCH', `/manage/tenants/${body.tenants[0].id}`, {
    policy: { endpoint: { profile } },
  });
  if (status !== 200) throw new Error(`The profile ${profile} was answered with ${status}`);
}

function spawnEndpoint({ data, port = 0, env = {}, asRealHost = false }: EndpointOptions): {
  child: ChildProcess;
  output: () => string;
} {
  const place = data === undefined ? ['--memory'] : ['--data', data];
  const args = ['--port', String(port), ...place, ...(asRealHost ? ['--as-real-host'] : [])];
  const child = fork(host, args, {
    cwd: root,
    silent: true,
    env: { ...process.env, ...engineSettings(data), ...env },
    execArgv: [],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, output: () => text };
}

interface Started {
  readonly baseUrl: string;
  readonly tenantUrl: string;
  readonly secretToken: string;
  readonly functionKey: string;
}

function firstMessage(child: ChildProcess, output: () => string): Promise<Started> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Started));
    child.once('exit', (code) => reject(new Error(`The endpoint ended with ${code}: ${output()}`)));
  });
}

async function createTenant(
  manage: Endpoint['manage'],
  { profile, path, policy, ...input }: Parameters<Endpoint['createTenant']>[0],
) {
  const endpoint = { ...(profile && { profile }), ...(path && { path }), ...policy?.endpoint };
  const { id: tenantId, tenantUrl } = await created<{ id: string; tenantUrl: string }>(
    manage('POST', '/manage/tenants', { ...input, policy: { ...policy, endpoint } }),
  );
  const keys = `/manage/tenants/${tenantId}/keys`;
  const { key: token } = await created<{ key: string }>(manage('POST', keys, {}));
  return { tenantId, tenantUrl, token };
}

async function created<T>(answer: Promise<Answer>): Promise<T> {
  const { status, body } = await answer;
  if (status === 201) return body;
  throw new Error(`The management API answered ${status}: ${JSON.stringify(body)}`);
}

/** Sends a SCIM request to a tenant; `path` starts with `/` and `body` is sent as JSON, a string as it is. */
export function scim(
  { tenantUrl, token }: TenantAccess,
  method: string,
  path: string,
  ...[body, headers]: [body?: unknown, headers?: Readonly<Record<string, string>>]
): Promise<Answer> {
  return send(tenantUrl + path, { method, body, headers: { authorization: `Bearer ${token}`, ...headers } });
}

interface Sent {
  readonly method: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a request; a body that is a string is sent as it is. */
export async function send(url: string, { method, body, headers }: Sent): Promise<Answer> {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { ...(content !== undefined && { 'content-type': 'application/scim+json' }), ...headers },
    ...(content !== undefined && { body: content }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parseBody(text) };
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
