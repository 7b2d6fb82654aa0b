import { fileURLToPath } from 'node:url';
import { isDiskFailure } from '../../lib/store/disk-failure.ts';
import { prepareDataFolder, readConnection, writeConnection } from './data-folder.ts';
import { connectDefaultTenant, type DefaultTenant } from './default-tenant.ts';
import { readEndpointFile, writeEndpointFile } from './endpoint-file.ts';
import { keepFunctionKey, newFunctionKey } from './function-key.ts';
import { type Host, type HostOptions, startHost } from './host.ts';
import { requireKnownData } from './known-data.ts';
import { type ManageAccess, manage } from './manage.ts';
import type { StartOptions } from './options.ts';
import { keepSecretsToOwner } from './secret-files.ts';
import { inMemory, readSettings, type Settings } from './settings.ts';
import { StartError } from './start-error.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A running endpoint, ready for a client unless `problem` says otherwise. */
export interface Endpoint extends Host, DefaultTenant {
  /** The folder of the data, or `:memory:`. */
  readonly data: string;
  /** The address of another endpoint on the folder, which the folder's files name. */
  readonly other?: string;
  /** Names of files with secrets in that folder that other users of this machine could use until now. */
  readonly shared: readonly string[];
}

/** Starts the built endpoint with a default tenant; throws a StartError for problems that a person can correct. */
export async function launch(options: StartOptions): Promise<Endpoint> {
  const settings = await readSettings(root, options);
  return launchWith(settings, options).catch((error) => {
    throw isDiskFailure(error) ? diskFull(settings.data, error) : error;
  });
}

async function launchWith({ data, env }: Settings, options: StartOptions): Promise<Endpoint> {
  if (data !== inMemory) await prepareDataFolder(data);
  if (!env('').COSMOS_ENDPOINT) requireKnownData(data);
  const shared = data === inMemory ? [] : await keepSecretsToOwner(data);
  const functionKey = data === inMemory ? newFunctionKey() : await keepFunctionKey(data);
  const { port, asRealHost } = options;
  const starting = { root, port, asRealHost, functionKey, env };
  const host = await startReady(starting).catch((error) => {
    throw explainStart(error, options.port, data);
  });
  const tenant = data === inMemory ? await connectDefaultTenant(host, {}) : await connectKept(host, data);
  return { ...host, ...tenant, data, shared };
}

/** Uses the tenant and token of the folder, and updates its files unless another endpoint on it is still running. */
async function connectKept(host: Host, data: string): Promise<DefaultTenant & Pick<Endpoint, 'other'>> {
  const [kept, file] = await Promise.all([readConnection(data), readEndpointFile(data)]);
  const connected = await connectDefaultTenant(host, { ...kept, ...file });
  if (file && file.baseUrl !== host.baseUrl && (await isRunning({ ...host, ...file })))
    return { ...connected, other: file.baseUrl };
  await writeEndpointFile(data, { ...connected, baseUrl: host.baseUrl });
  if (connected.problem === undefined) await writeConnection(data, connected);
  return connected;
}

/** Tells whether an endpoint with the same data, and so the same key, answers at the address. */
function isRunning(access: ManageAccess): Promise<boolean> {
  return manage(access, '/manage/tenants').then(
    () => true,
    () => false,
  );
}

/** Starts the host and checks its health; rejects with the reason that the app logs. */
async function startReady(options: HostOptions): Promise<Host> {
  const host = await startHost(options);
  const health = catchHealthLine();
  try {
    for (let tries = 1; ; tries += 1) {
      const status = await askHealth(host);
      if (status === 200) return host;
      // The app goes on opening its data, which takes longer on a busy machine.
      const isSlow = health.reason()?.startsWith('no answer within');
      if (!isSlow || tries === healthTriesMax)
        throw new Error(health.reason() ?? `/health answers ${status}`);
    }
  } finally {
    health.release();
  }
}

const healthTriesMax = 5;

async function askHealth({ baseUrl }: Host): Promise<number> {
  const { status, body } = await fetch(`${baseUrl}/health`);
  await body?.cancel();
  return status;
}

/** Catches the log line with the reason of a failed health check, because the start's own error repeats it. */
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
  const [, text] = /^\S+ error health .*?reason=(.*)$/s.exec(line) ?? [];
  if (text !== undefined) return text;
  try {
    const { event, reason } = Object(JSON.parse(line));
    return event === 'health' ? String(reason) : undefined;
  } catch {
    // Other code prints lines too, which are not JSON.
    return undefined;
  }
}

function diskFull(data: string, cause: Error): StartError {
  const advice = 'make room on its disk, or choose another folder with --data DIR';
  return new StartError(`The data folder ${data} could not be written (${cause.message}): ${advice}.`, {
    cause,
  });
}

function explainStart(error: unknown, port: number, data: string): StartError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new StartError(
      `Port ${port} is in use: stop the program that uses it, or choose another with --port N.`,
    );
  }
  if (code === 'EACCES') {
    return new StartError(`This user may not use port ${port}: choose one above 1023 with --port N.`);
  }
  const advice =
    data === inMemory ? 'correct this' : 'correct this, or choose another folder with --data DIR';
  const reason = tellingMessage(error) ?? message;
  return new StartError(`The endpoint could not start with its data in ${data} (${reason}): ${advice}.`, {
    cause: error,
  });
}

/** Finds the first message that says more than the entry point in which the error occurred. */
function tellingMessage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const isWrapper = error.message.startsWith('The entry point ');
  return isWrapper ? tellingMessage(error.cause) : error.message;
}
