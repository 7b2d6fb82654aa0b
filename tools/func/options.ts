import { parsePort } from '../host/options.ts';
import { parseOptions } from '../read-options.ts';

/** The options of the command line. */
export interface FuncOptions {
  readonly port: number;
  /** The data folder; if undefined, local.settings.json names it. */
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

/** Reads the command line; throws a UsageError if it is wrong. */
export function readFuncOptions(args: readonly string[]): FuncOptions {
  const { port, data } = parseOptions({ usage, options }, args).values;
  return { port: port === undefined ? defaultPort : parsePort(port), data };
}
