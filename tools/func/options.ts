import { parseArgs } from 'node:util';
import { parsePort } from '../host/options.ts';
import { StartError } from '../host/start-error.ts';

/** The options of the command line. */
export interface FuncOptions {
  readonly port: number;
  /** The data folder; if undefined, local.settings.json names it. */
  readonly data: string | undefined;
}

const defaultPort = 7071;
const usage = 'npm run func -- [--port N] [--data DIR]';

/** Reads the command line; throws a StartError if it is wrong. */
export function parseFuncOptions(args: readonly string[]): FuncOptions {
  const { port, data } = parse(args);
  return { port: port === undefined ? defaultPort : parsePort(port), data };
}

function parse(args: readonly string[]) {
  try {
    const options = { port: { type: 'string' }, data: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new StartError(`${reason}. Start with: ${usage}`);
  }
}
