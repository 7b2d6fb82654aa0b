import { parsePort } from '../host/options.ts';
import { parseOptions } from '../read-options.ts';

/** What the command line asks for. */
export interface FuncOptions {
  readonly port: number;
  /** The folder of the data; undefined leaves it to local.settings.json. */
  readonly data: string | undefined;
}

export const usage = `npm run func -- [options]

Builds and runs the app in the Functions host of Azure, by Azure Functions Core Tools, with Azurite beside it.

  --port N    port to listen at (default 7071)
  --data DIR  folder of the data (default: MUSTER_DATA in local.settings.json, else .muster)

Example:
  npm run func -- --port 7072`;

const options = { port: { type: 'string' }, data: { type: 'string' } } as const;
const defaultPort = 7071;

/** Reads the command line; throws a UsageError for what it does not know. */
export function readFuncOptions(args: readonly string[]): FuncOptions {
  const { port, data } = parseOptions({ usage, options }, args).values;
  return { port: port === undefined ? defaultPort : parsePort(port), data };
}
