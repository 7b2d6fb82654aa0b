import { parseOptions, UsageError } from '../read-options.ts';

/** The options of the command line. */
export interface StartOptions {
  readonly port: number;
  /** The data folder; if undefined, the settings name it. */
  readonly data: string | undefined;
  readonly memory: boolean;
  readonly asRealHost: boolean;
}

export const usage = `npm start -- [options]

Builds, starts the endpoint on this machine and prints the Tenant URL and the secret token for a client.

  --port N    port to listen at; 0 means any free one (default 7071)
  --data DIR  folder of the data (default: MUSTER_DATA, else .muster)
  --memory    keeps nothing when the endpoint stops
  --as-real-host
              passes requests on as the host in Azure does, also those that it loses on the way

Example:
  npm start -- --port 8080 --data ./somewhere`;

const options = {
  port: { type: 'string' },
  data: { type: 'string' },
  memory: { type: 'boolean' },
  'as-real-host': { type: 'boolean' },
} as const;
const defaultPort = 7071;

/** Reads the command line; throws a UsageError if it is wrong. */
export function readStartOptions(args: readonly string[]): StartOptions {
  const { values } = parseOptions({ usage, options }, args);
  const { port, data, memory = false, 'as-real-host': asRealHost = false } = values;
  if (memory && data !== undefined) {
    throw new UsageError('Use either --data or --memory: with --memory there is no data folder.');
  }
  return { port: port === undefined ? defaultPort : parsePort(port), data, memory, asRealHost };
}

/** Reads a port; throws a UsageError if the text is not one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port needs a number from 0 to 65535, not "${text}": 0 means any free port.`);
}
