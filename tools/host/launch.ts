import { fileURLToPath } from 'node:url';
import { type Connection, prepareDataFolder, readConnection, writeConnection } from './data-folder.ts';
import { connectDefaultTenant } from './default-tenant.ts';
import { keepFunctionKey, newFunctionKey } from './function-key.ts';
import { type Host, startHost } from './host.ts';
import type { StartOptions } from './options.ts';
import { inMemory, readSettings } from './settings.ts';
import { StartError } from './start-error.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyMilliseconds = 20_000;
const pollMilliseconds = 50;

/** The endpoint, ready for a client. */
export interface Endpoint extends Host, Connection {
  /** The folder of the data, or `:memory:`. */
  readonly data: string;
}

/** Starts the built endpoint with a default tenant; throws a StartError for what a person can correct. */
export async function launch(options: StartOptions): Promise<Endpoint> {
  const { data, env } = await readSettings(root, options);
  if (data !== inMemory) await prepareDataFolder(data);
  const functionKey = data === inMemory ? newFunctionKey() : await keepFunctionKey(data);
  const host = await startHost({ root, port: options.port, functionKey, env }).catch((error) => {
    throw explainStart(error, options.port, data);
  });
  await waitUntilReady(host.baseUrl, data);
  const kept = data === inMemory ? undefined : await readConnection(data);
  const { tenantUrl, secretToken } = await connectDefaultTenant(host, kept);
  if (data !== inMemory) await writeConnection(data, { tenantUrl, secretToken });
  return { ...host, tenantUrl, secretToken, data };
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
  const isWrapper = /^(The entry point|Store answers) /.test(error.message);
  return isWrapper ? tellingMessage(error.cause) : error.message;
}

async function waitUntilReady(baseUrl: string, data: string): Promise<void> {
  const deadline = Date.now() + readyMilliseconds;
  while (Date.now() < deadline) {
    const answer = await fetch(`${baseUrl}/health`);
    await answer.body?.cancel();
    if (answer.ok) return;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  throw new StartError(
    `The endpoint does not answer /health with its data in ${data}: choose another --data DIR.`,
  );
}
