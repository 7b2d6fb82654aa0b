import { parseArgs } from 'node:util';
import { parsePort } from '../host/options.ts';
import { StartError } from '../host/start-error.ts';

/** What the command line asks for. */
export interface FuncOptions {
  readonly port: number;
  /** The folder of the data; undefined leaves it to local.settings.json. */
  readonly data: string | undefined;
}

const defaultPort = 7071;
const usage = 'npm run func -- [--port N] [--data DIR]';

/** Reads the command line; throws a StartError for what it does not know. */
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
