import { fileURLToPath } from 'node:url';
import { prepareDataFolder, readConnection, writeConnection } from './data-folder.ts';
import { connectDefaultTenant, type DefaultTenant } from './default-tenant.ts';
import { readEndpointFile, writeEndpointFile } from './endpoint-file.ts';
import { keepFunctionKey, newFunctionKey } from './function-key.ts';
import { type Host, type HostOptions, startHost } from './host.ts';
import { type ManageAccess, manage } from './manage.ts';
import type { StartOptions } from './options.ts';
import { inMemory, readSettings } from './settings.ts';
import { StartError } from './start-error.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The endpoint, ready for a client unless there is a problem. */
export interface Endpoint extends Host, DefaultTenant {
  /** The folder of the data, or `:memory:`. */
  readonly data: string;
}

/** Starts the built endpoint with a default tenant; throws a StartError for what a person can correct. */
export async function launch(options: StartOptions): Promise<Endpoint> {
  const { data, env } = await readSettings(root, options);
  if (data !== inMemory) await prepareDataFolder(data);
  const functionKey = data === inMemory ? newFunctionKey() : await keepFunctionKey(data);
  const starting = { root, port: options.port, functionKey, env };
  const host = await startReady(starting).catch((error) => {
    throw explainStart(error, options.port, data);
  });
  const tenant = data === inMemory ? await connectDefaultTenant(host, {}) : await connectKept(host, data);
  return { ...host, ...tenant, data };
}

/** Goes on with what the folder tells of the endpoint before, and leaves it as it is while that one still runs. */
async function connectKept(host: Host, data: string): Promise<DefaultTenant> {
  const [kept, file] = await Promise.all([readConnection(data), readEndpointFile(data)]);
  const connected = await connectDefaultTenant(host, { ...kept, ...file });
  if (file && file.baseUrl !== host.baseUrl && (await isRunning({ ...host, ...file }))) return connected;
  await writeEndpointFile(data, { ...connected, baseUrl: host.baseUrl });
  if (connected.problem === undefined) await writeConnection(data, connected);
  return connected;
}

/** Whether an endpoint with the same data, which has the same key, answers there. */
function isRunning(access: ManageAccess): Promise<boolean> {
  return manage(access, '/manage/tenants').then(
    () => true,
    () => false,
  );
}

/** Starts the host and asks whether the app can answer; rejects with the reason that the app logs. */
async function startReady(options: HostOptions): Promise<Host> {
  const host = await startHost(options);
  const health = catchHealthLine();
  const answer = await fetch(`${host.baseUrl}/health`).finally(health.release);
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(health.reason() ?? `/health answers ${answer.status}`);
  return host;
}

/** Keeps back the line in which the app tells why it cannot answer: the sentence about the start says as much. */
function catchHealthLine(): { reason: () => string | undefined; release: () => void } {
  let reason: string | undefined;
  const print = console.error;
  console.error = (...data: unknown[]) => {
    const told = healthReason(String(data[0]));
    if (told === undefined) print(...data);
    else reason = told;
  };
  const release = () => {
    console.error = print;
  };
  return { reason: () => reason, release };
}

function healthReason(line: string): string | undefined {
  try {
    const { event, reason } = Object(JSON.parse(line));
    return event === 'health' ? String(reason) : undefined;
  } catch {
    // What others print is no line of the log.
    return undefined;
  }
}

function explainStart(error: unknown, port: number, data: string): StartError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new StartError(
      `Port ${port} is in use: stop the program that uses it, or choose another with --port N.`,
    );
  }
  if (code === 'EACCES') {
    return new StartError(`Port ${port} may not be used by this user: choose one above 1023 with --port N.`);
  }
  const advice =
    data === inMemory ? 'correct what it names' : 'correct what it names, or choose another --data DIR';
  const reason = tellingMessage(error) ?? message;
  return new StartError(`The endpoint could not start with its data in ${data} (${reason}): ${advice}.`, {
    cause: error,
  });
}

/** The first message that says more than where it was caught. */
function tellingMessage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const isWrapper = error.message.startsWith('The entry point ');
  return isWrapper ? tellingMessage(error.cause) : error.message;
}
